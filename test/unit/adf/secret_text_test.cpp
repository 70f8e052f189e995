// SPDX-License-Identifier: Apache-2.0
// Texts with a made-up secret in clear, and their neighbours without one.
#include "adf/secret_text.hpp"

#include "findings.hpp"

namespace tidegate::adf {
namespace {

TEST(SecretText, found_in_texts) {
  for (const char* text : {
           "Server=tcp:x;Database=d;User ID=u;Password=geheim-1;",
           "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=bWFkZSB1cA==",
           "https://f.example/api/run?code=QUJDREVGR0hJSktMTU5PUFFSU1RVVg12",
           "https://f.example/api/run?a=b&sig=bWFkZSB1cA%3D%3D",
           "https://robot:geheim@host.example/feed",
           "grant_type=client_credentials&client_id=x&client_secret=geheim-1&resource=y",
           R"({"user": "u", "password": "geheim"})",
           R"({"client_secret":"geheim","scope":"x"})",
           R"({"apiKey" : "geheim"})",
           R"({'api_key': 'geheim'})",
           R"({\"password\": \"geheim\"})",
           "Accept: text/plain\nAuthorization: Bearer made-up-token",
           "x-functions-key: geheim",
           "use Bearer abcdefgh12345678ijkl for it",
           "token eyJhbGciOiJub25lIn0.eyJzdWIiOiJtYWRlIHVwIn0.c2lnbmF0dXJl",
           "dapi0123456789abcdef0123456789abcdef",
           "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----",
           // Expressions.
           "@concat('https://f.example/api?code=', 'QUJDREVGR0hJSktM', 'TU5PUFFSU1RVVg12')",
           "https://f.example/@{pipeline().RunId}?sig=bWFkZSB1cA%3D%3D",
           "@concat('Server=', pipeline().parameters.s, ';Password=geheim;')",
           "@json('{\"password\": \"geheim\"}')",
           "@if(equals(1, 2), 'AccountKey=bWFkZSB1cA==;a', 'none')",
           "@{concat('client_secret=', 'geheim')}&a=b",
       }) {
    EXPECT_TRUE(holds_secret(text)) << text;
  }
}

TEST(SecretText, found_in_sql) {
  for (const char* text : {
           "CREATE LOGIN loader WITH PASSWORD = 'geheim-1'",
           "create user loader with password='geheim' , default_schema = dbo",
           "ALTER USER loader WITH PASSWORD = N'geheim' OLD_PASSWORD = N'alt'",
           "ALTER LOGIN [load er]\n\tWITH PASSWORD = 'geheim' UNLOCK;",
           "CREATE MASTER KEY ENCRYPTION BY PASSWORD = 'geheim-1';",
           "OPEN MASTER KEY DECRYPTION BY PASSWORD='geheim-1'",
           "CREATE USER loader IDENTIFIED BY 'geheim'",
           "CREATE USER loader IDENTIFIED WITH mysql_native_password BY 'geheim'",
           "ALTER USER loader IDENTIFIED BY tiger",
           "GRANT ALL ON *.* TO 'u'@'%' IDENTIFIED BY 'geheim'",
           "CREATE ROLE loader WITH LOGIN ENCRYPTED PASSWORD 'geheim'",
           "ALTER USER loader SET PASSWORD = 'geheim'",
           "CREATE DATABASE SCOPED CREDENTIAL lake WITH IDENTITY = 'SHARED ACCESS SIGNATURE', "
           "SECRET = 'sv=made'",
           "CREATE CREDENTIAL lake WITH\r\n  IDENTITY = "
           "'app@https://login.example/t/oauth2/token',\r\n  SECRET = 'geheim'",
           "COPY INTO dbo.t FROM 'https://x' WITH (CREDENTIAL = (IDENTITY = 'Storage Account Key', "
           "SECRET = 'geheim'))",
           "COPY INTO t FROM 'abfss://c@a/x' WITH (CREDENTIAL (AZURE_SAS_TOKEN = 'geheim')) "
           "FILEFORMAT = CSV",
           "COPY INTO t FROM @s CREDENTIALS = (AWS_KEY_ID='x' AWS_SECRET_KEY='geheim')",
           "COPY t FROM 's3://b' CREDENTIALS "
           "'aws_access_key_id=AK;aws_secret_access_key=madeup0madeup0madeup'",
           "CREATE TABLE t USING JDBC OPTIONS (url 'jdbc:x', user 'u', password 'geheim')",
           "CREATE CONNECTION c TYPE sqlserver OPTIONS (host 'h', user 'u', password \"geheim\")",
           "SELECT 1; CREATE LOGIN a WITH PASSWORD = 'geheim'",
           // Expressions.
           "@concat('CREATE LOGIN ', pipeline().parameters.login, ' WITH PASSWORD = ''geheim''')",
           "@concat('CREATE LOGIN a WITH PASSWORD = ''', 'geheim', '''')",
           "ALTER LOGIN @{variables('login')} WITH PASSWORD = 'geheim'",
       }) {
    EXPECT_TRUE(holds_secret(text)) << text;
  }
}

TEST(SecretText, not_found_in_sql) {
  for (const char* text :
       {"CREATE LOGIN loader WITH PASSWORD = '@{activity('Secret').output.value}'",
        "@concat('CREATE LOGIN a WITH PASSWORD = ''', activity('Secret').output.value, '''')",
        "CREATE LOGIN loader WITH PASSWORD = '${password}'",
        "CREATE LOGIN loader WITH PASSWORD = '<password>'",
        "CREATE LOGIN loader WITH PASSWORD = '$(password)'",
        "CREATE LOGIN loader WITH PASSWORD = ''",
        "CREATE LOGIN loader WITH PASSWORD = @password",
        "ALTER USER loader IDENTIFIED BY :password",
        "ALTER USER loader IDENTIFIED BY &password",
        "ALTER USER loader IDENTIFIED BY ?",
        "CREATE USER loader IDENTIFIED EXTERNALLY",
        "rows are identified by id",
        "SELECT * FROM users WHERE password = 'geheim'",
        "SELECT a FROM t WHERE x = 1 AND password='geheim'",
        "UPDATE users SET password = 'geheim'",
        "CREATE TABLE t AS SELECT * FROM users WHERE password = 'geheim'",
        "CREATE VIEW v AS SELECT 'x' AS a, password = 'geheim' FROM users",
        "CREATE LOGIN a FROM WINDOWS; SELECT * FROM t WHERE password = 'geheim'",
        "SELECT secret = 'a', identity FROM t",
        "CREATE TABLE t (id int IDENTITY(1, 1), secret varchar(10) DEFAULT 'x')",
        "SELECT password 'column' FROM users",
        "CREATE DATABASE SCOPED CREDENTIAL lake WITH IDENTITY = 'Managed Identity'",
        "COPY INTO t FROM 'abfss://c@a/x' WITH (CREDENTIAL (AZURE_SAS_TOKEN = '{sas}'))",
        "COPY INTO t WITH (CREDENTIAL lake)",
        "CREATE TABLE t USING JDBC OPTIONS (url 'jdbc:x', password '${spark.jdbc.password}')",
        "CREATE CONNECTION c OPTIONS (user secret('s', 'user'), password secret('s', 'password'))",
        "INSERT INTO log VALUES ('with password', 'x')"}) {
    EXPECT_FALSE(holds_secret(text)) << text;
  }
}

TEST(SecretText, not_found_in_texts) {
  for (const char* text : {
           "", "password", "Password=;User=x", "Server=x;Password=@{activity('secret').output.value};",
           "Password=<password>;", "Password=<your password>;", "AccountKey={key}", "AccountKey=${KEY};a", "sig=***&x", "Password=xxxx;", "pwd=your-password",
           "client_secret=#{secret}#&a=b", "Password=__PASSWORD__;", "api_key=PLACEHOLDER",
           "https://host.example/a?code=200", "https://host.example/a?code=@{pipeline().parameters.code}", "country_code=DE&token=1",
           "https://host.example:443/a@b", "abfss://container@account.dfs.core.windows.net/x", "https://@{variables('u')}:@{variables('p')}@host",
           "https://user:<password>@host", "jdbc:sqlserver://host:1433;user=a@b", "mailto:someone@host.example",
           R"({"password": ""})", R"({"password": "@{activity('Get secret').output.value}"})", R"({"password": null})", R"({"secretName": "orders"})",
           R"({"password": "<password>"})", R"({"passwordColumn": "p"})", R"({"token": "next"})",
           "Authorization: Bearer @{activity('Login').output.access_token}", "Authorization: @{variables('header')}", "Content-Type: application/json",
           "@concat('Bearer ', activity('Login').output.access_token)", "@concat('Basic ', base64(concat('user:', activity('s').output.value)))",
           "SELECT * FROM users WHERE password = @p AND code='1'", "select a from t where pwd='x'", "Bearer authentication is used here",
           "uses Basic authentication", "dapiversion", "@equals(pipeline().parameters.password, '')",
           "@concat('password=', variables('x'), ';')", "@activity('Get secret').output.value"}) {
    EXPECT_FALSE(holds_secret(text)) << text;
  }
}

TEST(SecretText, headers) {
  for (const auto& row : {std::pair("Authorization", "Bearer geheim"), std::pair("authorization", "Basic dTpw"), std::pair("x-functions-key", "geheim"),
                          std::pair("Ocp-Apim-Subscription-Key", "geheim"), std::pair("X-API-Key", "geheim"), std::pair("Cookie", "session=a1b2c3d4e5"),
                          std::pair("Authorization", "@concat('Basic ', base64('user:geheim'))"), std::pair("api-key", "@{'geheim'}")}) {
    EXPECT_TRUE(is_secret_header(row.first, row.second)) << row.first << " " << row.second;
  }
  for (const auto& row : {std::pair("Authorization", "Bearer @{activity('l').output.access_token}"), std::pair("Authorization", "@activity('l').output.value"),
                          std::pair("Authorization", ""), std::pair("Authorization", "Bearer"), std::pair("Authorization", "Bearer <token>"),
                          std::pair("Content-Type", "application/json"), std::pair("x-api-version", "2024"), std::pair("Cookie", "lang=en"),
                          std::pair("x-functions-key", "@pipeline().parameters.key"), std::pair("x-api-key", "${KEY}"), std::pair("x-api-key", "your-key")}) {
    EXPECT_FALSE(is_secret_header(row.first, row.second)) << row.first << " " << row.second;
  }
}

TEST(SecretText, constants_of_expressions) {
  EXPECT_EQ(flatten_expressions("plain @@{text"), "plain @@{text");
  EXPECT_EQ(flatten_expressions("@concat('a', toLower('B'), 'c')"), "aBc");
  EXPECT_EQ(flatten_expressions("x@{pipeline().RunId}y@{'z'}"), "x\x01yz");
  EXPECT_EQ(flatten_expressions("@if(variables('x'), 'first', 'second')"), "\x01\nfirst\nsecond");
}

std::string web(const std::string& properties) {
  return "{\"name\": \"w\", \"type\": \"WebActivity\", \"typeProperties\": {\"method\": \"POST\", \"url\": \"https://host.example/a\", " + properties + "}}";
}

TEST(LiteralSecret, of_activities) {
  const std::string code = "error adf.literal-secret";
  expect_code(code, pipeline_file(web("\"headers\": {\"Accept\": \"a\", \"Authorization\": §\"Bearer geheim\"}")));
  expect_code(code, pipeline_file(web("\"headers\": {\"x-functions-key\": {\"value\": §\"@concat('geh', 'eim')\", \"type\": \"Expression\"}}")));
  expect_code(code, pipeline_file(web("\"headers\": [{\"name\": \"X-Api-Key\", \"value\": §\"geheim\"}]")));
  expect_code(code, pipeline_file(web("\"body\": §\"{\\\"client_secret\\\": \\\"geheim\\\"}\"")));
  expect_code(code, pipeline_file(web("\"body\": {\"user\": \"u\", \"apiKey\": §\"geheim\"}")));
  expect_code(code, pipeline_file(web("\"body\": {\"value\": §\"@concat('client_secret=', 'geheim')\", \"type\": \"Expression\"}")));
  expect_code(code, pipeline_file(web("\"authentication\": {\"type\": \"Basic\", \"username\": \"u\", \"password\": §\"geheim\"}")));
  expect_code(code, pipeline_file("", "\"parameters\": {\"password\": {\"type\": \"string\", \"defaultValue\": §\"geheim\"}}, "));
  for (const char* right : {"\"headers\": {\"Authorization\": \"Bearer @{activity('l').output.value}\"}", "\"headers\": {\"Authorization\": {\"value\": \"@variables('x')\", \"type\": \"Expression\"}}",
                            "\"headers\": {\"Authorization\": \"\"}", "\"body\": {\"password\": \"@activity('s').output.value\", \"secret\": \"name-of-it\"}",
                            "\"body\": \"{\\\"password\\\": \\\"@{activity('s').output.value}\\\"}\"", "\"headers\": [{\"name\": \"X-Api-Key\", \"value\": \"<key>\"}]",
                            "\"translator\": {\"columnMappings\": {\"password\": \"pwd\"}}"}) {
    expect_no("adf.literal-secret", pipeline_file(web(right)));
  }
  expect_no("adf.literal-secret", pipeline_file("", "\"parameters\": {\"password\": {\"type\": \"secureString\"}, \"secret\": {\"type\": \"string\", \"defaultValue\": \"orders\"}}, "));
}

}  // namespace
}  // namespace tidegate::adf
