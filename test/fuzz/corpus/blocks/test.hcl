mock_provider "azurerm" {
  alias  = "fake"
  source = "./tests/mocks"
}
run "setup" {
  module { source = "./tests/setup" }
}
run "plan" {
  command = plan
  assert {
    condition     = output.word == "hello"
    error_message = "the word is another"
  }
}
module "common" { source = "../common" }
resource "azurerm_storage_container" "c" {
  provider = azurerm.two
  lifecycle { prevent_destroy = true }
}
