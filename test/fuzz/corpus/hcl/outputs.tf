output "retail_orders_container_id" {
  description = "Resource id of the container of this service, for role assignments"
  value       = azurerm_storage_container.retail_orders.id
}
