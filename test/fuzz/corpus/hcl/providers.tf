# The generated root module configures azapi and databricks; the container below needs azurerm.
# Subscription and login come from the environment of the deployment.
provider "azurerm" {
  features {}
}
