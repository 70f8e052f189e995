// SPDX-License-Identifier: Apache-2.0
// The values are made here, piece by piece, so that this file holds none.
#include "repository/secrets.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace tidegate::repository {
namespace {

// `size` different-looking characters of base64.
std::string key_text(std::size_t size) {
  constexpr std::string_view letters = "qW7eR2tY9uI4oP1aS8dF5gH3jK6lZ0xC+vB/nM";
  std::string out;
  for (std::size_t i = 0; i < size; ++i) out += letters[i * 7 % letters.size()];
  return out;
}
std::string hex_text(std::size_t size) {
  std::string out;
  for (std::size_t i = 0; i < size; ++i) out += "0f1e2d3c4b5a69788796a5b4c3d2e1f0"[i * 5 % 32];
  return out;
}
std::string word_text(std::size_t size) {
  std::string out;
  for (std::size_t i = 0; i < size; ++i) out += "aZ3bY5cX7dW9eV1fU2gT4hS6iR8"[i % 27];
  return out;
}

std::vector<std::pair<std::string, std::string>> secrets() {
  return {{"storage account key", "AccountKey=" + key_text(86) + "=="},
          {"shared access key", "SharedAccessKey=" + key_text(43) + "="},
          {"shared access signature", "?sv=2022-11-02&sig=" + key_text(43) + "%3D"},
          {"private key", std::string("-----BEGIN ") + "RSA PRIVATE KEY-----"},
          {"private key", std::string("-----BEGIN ") + "PRIVATE KEY-----"},
          {"Databricks token", "dapi" + hex_text(32)},
          {"Databricks token", "dapi" + hex_text(32) + "-2"},
          {"GitHub token", "ghp_" + word_text(36)},
          {"GitHub token", "github_pat_" + word_text(82)},
          {"GitLab token", "glpat-" + word_text(20)},
          {"Slack token", "xoxb-" + word_text(50)},
          {"AWS access key", std::string("AKIA") + "QW7ER2TY9UI4OP1A"},
          {"signed web token", "eyJ" + word_text(20) + ".eyJ" + word_text(30) + "." + word_text(40)}};
}

std::vector<SecretFinding> scan(const std::string& text, std::size_t piece = std::string::npos) {
  SecretScanner scanner;
  for (std::size_t i = 0; i < text.size(); i += std::min(piece, text.size())) scanner.feed(std::string_view(text).substr(i, piece));
  return scanner.finish();
}

TEST(Secrets, each_form_is_found_at_its_place) {
  for (const auto& secret : secrets()) {
    const auto found = scan("first\n  x = \"" + secret.second + "\"\nlast");
    ASSERT_EQ(found.size(), 1U) << secret.first << " " << secret.second.substr(0, 6);
    EXPECT_EQ(found[0].kind, secret.first);
    EXPECT_EQ(found[0].line, 2U);
    EXPECT_EQ(found[0].column, secret.first == "shared access signature" ? 8U + 15U : 8U);
  }
}

// The scan takes several places at once: of each a form may begin at any, and end with the text.
TEST(Secrets, each_form_is_found_wherever_it_begins_and_ends) {
  for (const auto& secret : secrets()) {
    for (std::size_t before = 0; before < 12; ++before) {
      for (std::size_t behind = 0; behind < 6; ++behind) {
        const auto found = scan(std::string(before, ' ') + secret.second + std::string(behind, ' '));
        ASSERT_EQ(found.size(), 1U) << secret.first << " " << before << " " << behind;
        EXPECT_EQ(found[0].column, before + 1 + (secret.first == "shared access signature" ? 15U : 0U));
      }
    }
  }
}

// As people and programs write them; the place is that of the name or of the fixed beginning.
TEST(Secrets, writings_of_values_behind_names) {
  const std::string account = key_text(86), access = key_text(43), made = "aZ3bY5cX7dW9" + word_text(24), chosen = std::string("Summer") + "2024!x";
  const auto escaped = [](std::string text, const std::string& plus, const std::string& slash, const std::string& equals) {
    std::string out;
    for (const char c : text) out += c == '+' ? plus : c == '/' ? slash : c == '=' ? equals : std::string(1, c);
    return out;
  };
  const std::vector<std::pair<std::string, std::string>> all{
      {"storage account key", "AccountKey = " + account + "=="},
      {"storage account key", "accountkey=" + account + "=="},
      {"storage account key", "ACCOUNT_KEY: '" + account + "=='"},
      {"storage account key", "\"accountKey\": \"" + account + "==\""},
      {"storage account key", "AccountKey=" + escaped(account + "==", "%2B", "%2F", "%3D")},
      {"storage account key", "AccountKey%3D" + escaped(account + "==", "%2b", "%2f", "%3d")},
      {"storage account key", "AccountKey\\u003d" + escaped(account + "==", "\\u002b", "\\/", "\\u003d")},
      {"storage account key", "account.key.x.dfs.core.windows.net\", \"" + account + "==\")"},
      {"storage account key", "account.key.x.dfs.core.windows.net " + account + "=="},
      {"shared access key", "SharedAccessKey=" + access + "="},
      {"shared access key", "sharedaccesskey = " + escaped(access + "=", "%2B", "%2F", "%3D")},
      {"shared access signature", "sig%3D" + escaped(access + "=", "%252B", "%252F", "%253D")},
      {"shared access signature", "sig=" + escaped(access + "=", "%2B", "%2F", "%3D")},
      {"shared access signature", "sig\": \"" + access + "=\""},
      {"client secret", "client_secret=" + made},
      {"client secret", "clientSecret: " + made},
      {"client secret", "client-secret = \"" + made + "\""},
      {"client secret", "\"clientSecret\": \"" + made + "\""},
      {"client secret", "\\\"client_secret\\\": \\\"" + made + "\\\""},
      {"client secret", "client.secret.x.dfs.core.windows.net\", \"" + made + "\")"},
      {"client secret", std::string("abc8") + "Q~" + word_text(34)},
      {"AWS secret key", "aws_secret_access_key = " + key_text(40)},
      {"AWS secret key", "secretAccessKey\": \"" + key_text(40) + "\""},
      {"API key", "api-key: " + made},
      {"password", ";Password=" + chosen + ";Encrypt=true"},
      {"password", ";PWD=" + chosen + "\""},
      {"password", "&password=" + chosen},
      {"password", "\"password\": \"" + chosen + "\""},
      {"password", "password = '" + chosen + "'"},
      {"password", ".option(\"password\", \"" + chosen + "\")"},
      {"password", "%3Bpassword%3D" + chosen},
      {"password", "\\\"pwd\\\": \\\"" + chosen + "\\\","},
      {"password in an address", "://admin:" + chosen + "@db.example.com/x"},
      {"login in base64", std::string("Basic ") + "YWRtaW46U3VtbWVyMjAyNCF4"},
      {"bearer token", "Bearer " + made},
      {"Slack webhook", std::string("hooks.slack.com/") + "services/T0" + "ABCDEFG1/B0HIJKLMN2/" + word_text(24)},
  };
  for (const auto& [kind, text] : all) {
    const auto alone = scan("first\n" + text + "\nlast");
    ASSERT_EQ(alone.size(), 1U) << kind << ": " << text;
    EXPECT_EQ(alone[0].kind, kind) << text;
    EXPECT_EQ(alone[0].line, 2U) << text;
  }
}

// By the clause, whatever the value looks like: in .sql files and in SQL of notebooks.
TEST(Secrets, clauses_of_sql) {
  const std::string value = std::string("geh") + "eim";
  const std::vector<std::pair<std::string, std::string>> all{
      {"password", "PASSWORD = '" + value + "'"},  // CREATE LOGIN loader WITH …
      {"password", "IDENTIFIED BY '" + value + "'"},
      {"secret of a credential", "SECRET = '" + value + "'"},
      {"secret of a credential", "AZURE_SAS_TOKEN = '" + value + "'"},
      {"password", "password '" + value + "'"}};
  const std::vector<std::string> before{"CREATE LOGIN loader WITH ", "ALTER USER loader ",
                                        "CREATE DATABASE SCOPED CREDENTIAL lake WITH IDENTITY = "
                                        "'app@https://login.example/0123456789/oauth2/token',\n  ",
                                        "COPY INTO t FROM 'x' WITH (CREDENTIAL (",
                                        "CREATE TABLE t USING JDBC OPTIONS (url 'x', "};
  for (std::size_t i = 0; i < all.size(); ++i) {
    for (const std::string quoted : {"", "spark.sql(\"", "    spark.sql('''", "-- MAGIC "}) {
      const std::string head = quoted + before[i];
      for (const std::size_t piece : {std::string::npos, std::size_t{7}}) {
        const auto found = scan("first\n" + head + all[i].second + ")\nlast", piece);
        ASSERT_EQ(found.size(), 1U) << head << all[i].first;
        EXPECT_EQ(found[0].kind, all[i].first);
        const std::size_t line = head.rfind('\n');
        EXPECT_EQ(found[0].column, head.size() - (line == std::string::npos ? 0 : line + 1) + 1)
            << head;
      }
    }
  }
  // Escaped in the JSON of a notebook.
  EXPECT_EQ(scan("[\"spark.sql(\\\"CREATE USER a IDENTIFIED BY '" + value + "'\\\")\\n\"]").size(),
            1U);
}

TEST(Secrets, sql_that_is_none) {
  const std::string value = std::string("geh") + "eim";
  for (const char* text :
       {"CREATE LOGIN a WITH PASSWORD = '${password}'", "CREATE USER a IDENTIFIED BY '{password}'",
        "CREATE USER a IDENTIFIED BY '<password>'", "CREATE USER a IDENTIFIED BY :password",
        "WITH IDENTITY = 'Managed Identity', SECRET = ''",
        "COPY INTO t WITH (CREDENTIAL (AZURE_SAS_TOKEN = ?))",
        "OPTIONS (password '{{secrets/s/k}}')", "OPTIONS (password '$password')"})
    EXPECT_TRUE(scan(text).empty()) << text;
  for (const std::string& text :
       {"SELECT * FROM users WHERE password = '" + value + "'",
        "UPDATE users SET password = '" + value + "'",
        "credential = DefaultAzureCredential()\nsecret = '" + value + "'",
        "get(credential=credential, secret='" + value + "')",
        "df.options(password='" + value + "')", "rows are identified by " + value})
    EXPECT_TRUE(scan(text).empty()) << text;
}

TEST(Secrets, escapes_in_front_are_no_part_of_a_word) {
  const std::string token = "dapi" + hex_text(32);
  for (const std::string before : {"\\n", "\\t", "\\\\n", "%26", "\\u0026", "\"", "="}) {
    const auto found = scan("x" + before + token + "\\n");
    ASSERT_EQ(found.size(), 1U) << before;
    EXPECT_EQ(found[0].column, 2U + before.size());
  }
  EXPECT_EQ(scan("\"-----BEGIN" + std::string(" RSA PRIVATE KEY-----\\nMIIE\\n\"")).size(), 1U);
  EXPECT_EQ(scan("a?x=1%26sig%3D" + key_text(43) + "%3D").size(), 1U);
}

TEST(Secrets, a_value_is_named_once) {
  EXPECT_EQ(scan("password=\"ghp_" + word_text(36) + "\"").size(), 1U);
  EXPECT_EQ(scan("client_secret = \"abc8" + std::string("Q~") + word_text(34) + "\"").size(), 1U);
  EXPECT_EQ(scan("Authorization: Bearer eyJ" + word_text(20) + ".eyJ" + word_text(30) + "." + word_text(40)).size(), 1U);
}

TEST(Secrets, what_stands_for_a_value_is_none) {
  for (const char* value : {"<password>", "${var.password}", "@{linkedService().password}", "@pipeline().parameters.pwd1A!", "********", "{{secrets/scope/key1A!}}",
                            "%DB_PASSWORD1%", "$(DbPassword1!)", "#{Password1!}#", "__Password1__", "changeme1A!", "YourPassword123!", "myPassword", "password",
                            "Example-Pass1!", "@Microsoft.KeyVault(SecretUri=https://kv1.vault.azure.net/x)", "kv-sql-password-01", "sql_admin_password1", "string", ""}) {
    for (const char* form : {"\"password\": \"", ";Password=", "password = '", "pwd: ", "clientSecret=\"", "client_secret: "}) {
      const char end = std::string_view(form).ends_with('\'') ? '\'' : std::string_view(form).ends_with('"') ? '"' : ';';
      EXPECT_TRUE(scan("x\n" + (form + std::string(value)) + end + "\n").empty()) << form << value;
    }
  }
  for (const char* text : {"password = dbutils.secrets.get(\"scope1A\", \"key1A!\")", "password=get_password(1)", "client_secret = os.environ[\"CLIENT_SECRET_1A\"]",
                           "clientSecret = Settings.ClientSecret2Abcdef", "\"password\": {\"type\": \"AzureKeyVaultSecret\"}", "password = var.db_password1",
                           "def f(password: str, pwd=None):", "SharedAccessKeyName=RootManageSharedAccessKey", "the password: at least 8 characters, 1 digit!",
                           "password = Password1", "password == other.Password1", "sig = \"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\"",
                           "https://user:pass@example.com", "apiKey: '@{variables(''key'')}'", "Basic authentication1", "Bearer authentication_token_value1",
                           "client_secret: 12345678-1234-1234-1234-123456789abc", "accessToken = await getAccessTokenFromVault2(Credentials)"}) {
    EXPECT_TRUE(scan("x\n" + std::string(text) + "\n").empty()) << text;
  }
}

TEST(Secrets, harmless_texts_are_not) {
  for (const std::string& text : {
           std::string("AccountKey=") + std::string(86, 'x') + "==",
           std::string("AccountKey=@{linkedService().key}"),
           std::string("AccountKey=<key>;EndpointSuffix=core.windows.net"),
           std::string("sig=@{pipeline().parameters.sig}"),
           std::string("sigmoid and design=") + key_text(50),
           std::string("xdapi") + hex_text(32),
           std::string("dapi") + hex_text(31),
           std::string("dapi") + hex_text(32) + "0",
           std::string("dapi") + std::string(32, '0'),
           std::string("ghp_short"),
           std::string("-----BEGIN ") + "PUBLIC KEY-----",
           std::string("-----BEGIN ") + "CERTIFICATE-----",
           std::string("AKIAIOSFODNN7") + "EXAMPLE",
           std::string("eyJhbGciOiJIUzI1NiJ9 only a head"),
           std::string("dapi, dose and dkea"),
       }) {
    EXPECT_TRUE(scan(text).empty()) << text;
  }
}

// However the text is cut, and wherever the secret lies.
TEST(Secrets, pieces_do_not_matter) {
  const std::string secret = secrets()[0].second;
  for (const std::size_t before : {std::size_t{0}, std::size_t{1000}, std::size_t{65000}, std::size_t{65530}, std::size_t{66000}, std::size_t{200000}}) {
    std::string text;
    while (text.size() < before) text += "0123456789 sad egg\n";
    const auto lines = static_cast<std::uint32_t>(std::count(text.begin(), text.end(), '\n'));
    text += "k " + secret + "\n" + std::string(3000, 'e') + "\n" + secrets()[5].second + "\n";
    for (const std::size_t piece : {std::size_t{1} << 30U, std::size_t{65536}, std::size_t{4096}, std::size_t{997}}) {
      const auto found = scan(text, piece);
      ASSERT_EQ(found.size(), 2U) << before << " " << piece;
      EXPECT_EQ(found[0].line, lines + 1);
      EXPECT_EQ(found[0].column, 3U);
      EXPECT_EQ(found[1].line, lines + 3);
      EXPECT_EQ(found[1].column, 1U);
    }
  }
}

TEST(Secrets, binary_files_are_not_text) {
  EXPECT_TRUE(scan(std::string("\0", 1) + secrets()[0].second).empty());
  EXPECT_EQ(scan("").size(), 0U);
}

TEST(Secrets, many_findings_are_cut) {
  std::string text;
  for (int i = 0; i < 100; ++i) text += secrets()[5].second + "\n";
  EXPECT_EQ(scan(text).size(), SecretScanner::max_findings);
}

}  // namespace
}  // namespace tidegate::repository
