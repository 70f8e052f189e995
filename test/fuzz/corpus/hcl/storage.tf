# The container that holds what this service produces. It outlives every release: renaming it, moving
# it to another account or dropping this block would take all orders with it.
resource "azurerm_storage_container" "retail_orders" {
  name                  = "retail-orders"
  storage_account_id    = var.storage_account_id
  container_access_type = "private"

  lifecycle {
    prevent_destroy = true
  }
}
