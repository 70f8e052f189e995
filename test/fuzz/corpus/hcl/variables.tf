variable "storage_account_id" {
  type        = string
  description = "Resource id of the storage account that carries the retail data lake"

  validation {
    condition     = can(regex("/providers/Microsoft.Storage/storageAccounts/[a-z0-9]{3,24}$", var.storage_account_id))
    error_message = "The value must be the resource id of a storage account."
  }
}
