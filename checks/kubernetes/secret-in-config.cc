#include "analyzer/engine/kubernetes_check.h"

#include <algorithm>

// Credentials and personal data where everyone who may read the configuration sees them: env entries and ConfigMaps.

namespace plimsoll::checks::secret_in_config {

using kubernetes::Container;
using kubernetes::Object;
using yaml::Node;

static char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }
static bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
static bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }

static bool same(std::string_view a, std::string_view b) {
    return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

static bool ends(std::string_view text, std::string_view end) { return text.size() >= end.size() && same(text.substr(text.size() - end.size()), end); }

static bool contains(std::string_view text, std::string_view part) {
    const auto equal = [](char x, char y) { return lower(x) == lower(y); };
    return std::search(text.begin(), text.end(), part.begin(), part.end(), equal) != text.end();
}

static bool among(std::string_view word, const std::vector<std::string>& list) {
    return std::any_of(list.begin(), list.end(), [&](const std::string& item) { return same(word, item); });
}

namespace {

// Calls each(word) for the words of a name: DB_PASSWORD, db-password and dbPassword are db and password.
template <typename Each>
void each_word(std::string_view name, const Each& each) {
    std::size_t begin = 0;
    for (std::size_t i = 0; i <= name.size(); ++i) {
        const bool separator = i == name.size() || (!is_lower(name[i]) && !is_upper(name[i]) && !is_digit(name[i]));
        const bool hump = !separator && i > 0 && is_upper(name[i]) && is_lower(name[i - 1]);
        if (!separator && !hump) continue;
        if (i > begin) each(name.substr(begin, i - begin));
        begin = separator ? i + 1 : i;
    }
}

enum class Name : unsigned char { harmless, secret, password };

// Names without any of these are harmless, and most names are.
bool may_be_secret(std::string_view name) {
    for (std::string_view part : {"pass", "pwd", "secret", "token", "key", "cred", "auth", "pword"})
        if (contains(name, part)) return true;
    return false;
}

bool ends_like_password(std::string_view word) { return ends(word, "password") || ends(word, "passwd") || ends(word, "passphrase") || ends(word, "pwd"); }

bool ends_like_secret(std::string_view word) {
    for (std::string_view end : {"secret", "apikey", "secretkey", "accesskey", "privatekey", "authtoken", "accesstoken"})
        if (ends(word, end)) return true;
    return false;
}

// "key" by itself says nothing; these words in front make it a secret one.
bool makes_key_secret(std::string_view word) {
    for (std::string_view kind : {"api", "access", "private", "secret", "encryption", "signing", "master", "account", "storage"})
        if (same(word, kind)) return true;
    return false;
}

Name judge_name(std::string_view name, Reporter& report) {
    if (!may_be_secret(name)) return Name::harmless;
    Name found = Name::harmless;
    bool allowed = false;
    std::string_view before;
    each_word(name, [&](std::string_view word) {
        allowed = allowed || among(word, report.list("allow_tokens"));
        if (ends_like_password(word))
            found = Name::password;
        else if (found == Name::harmless &&
                 (ends_like_secret(word) || among(word, report.list("deny_tokens")) || (same(word, "key") && makes_key_secret(before))))
            found = Name::secret;
        before = word;
    });
    return allowed ? Name::harmless : found;
}

}

static bool is_switch(std::string_view value) {
    for (std::string_view word : {"true", "false", "yes", "no", "on", "off", "none", "null", "nil", "disabled", "enabled", "optional", "required", "string"})
        if (same(value, word)) return true;
    return false;
}

// What an author leaves for others to fill in.
static bool is_stand_in(std::string_view value) {
    if (value.find_first_of("${}<>[]*|`") != std::string_view::npos) return true;
    if (value.find_first_not_of(value[0]) == std::string_view::npos) return true;   // xxxx, ....
    if (value.size() > 4 && value.starts_with("__") && value.ends_with("__")) return true;
    for (std::string_view part : {"replace", "your-", "your_", "placeholder", "insert-", "redacted", "todo"})
        if (contains(value, part)) return true;
    return false;
}

static bool is_harmless_value(std::string_view value, Name name) {
    if (value.empty() || is_switch(value) || is_stand_in(value)) return true;
    if (value[0] == '/' || value[0] == '~' || value.starts_with("./") || value.starts_with("file:")) return true;
    if (const std::size_t scheme = value.find("://"); scheme != std::string_view::npos && scheme < 12) return value.find('@') == std::string_view::npos;
    for (std::string_view end : {".sh", ".py", ".json", ".yaml", ".yml", ".xml", ".properties", ".crt", ".pem", ".key", ".svc", ".local", ".com"})
        if (ends(value, end)) return true;
    return name != Name::password && value.find_first_not_of("0123456789.,smhd") == std::string_view::npos;
}

// Where the password of scheme://user:password@host stands in a text; empty when there is none written out.
static std::string_view url_password(std::string_view text) {
    for (std::size_t colon = text.find("://"); colon != std::string_view::npos; colon = text.find("://", colon + 3)) {
        std::string_view rest = text.substr(colon + 3);
        rest = rest.substr(0, rest.find_first_of(" \t\r\n/\"'?#,;|"));
        const std::size_t at = rest.rfind('@'), split = rest.find(':');
        if (at == std::string_view::npos || split == std::string_view::npos || split > at) continue;
        const std::string_view user = rest.substr(0, split), password = rest.substr(split + 1, at - split - 1);
        if (password.size() < 4 || password.find_first_of("%()") != std::string_view::npos || is_stand_in(password) || same(user, password)) continue;
        if (user.find_first_of("${<") != std::string_view::npos || same(password, "password") || same(password, "pass") || same(password, "secret")) continue;
        return password;
    }
    return {};
}

static void judge_url(Node value, Reporter& report) {
    const std::string_view text = value.text_or_empty();
    if (text.find("://") == std::string_view::npos) return;
    const std::string_view password = url_password(text);
    if (password.empty()) return;
    const auto from = static_cast<std::size_t>(password.data() - text.data());
    report.at(value.place(from, from + password.size()), "the URL holds a password; keep it in a Secret and put it together with $(NAME)")
        .field(value.path())
        .only({"kubescape:C-0012", "kubescape:C-0259", "sonar:S2068", "sonar:S6418"});
}

static void run_env(const Container& container, Reporter& report) {
    for (Node item : container["env"].items()) {
        const Node value = item["value"];
        if (!value.text() || value.is_placeholder()) continue;
        const std::string_view name = item["name"].text_or_empty(), text = *value.text();
        const Name kind = judge_name(name, report);
        if (kind == Name::harmless || is_harmless_value(text, kind)) {
            judge_url(value, report);
            continue;
        }
        Draft draft = report.at(value, quote(name) + " holds a literal secret, readable for all who may see the manifest; use valueFrom.secretKeyRef");
        if (!contains(name, "secret"))
            draft.only({"polaris:sensitiveContainerEnvVar", "kubescape:C-0012", "kubescape:C-0259", "marvin:M-201", "sonar:S2068", "sonar:S6418"});
    }
}

namespace {

// "name: value" or "name=value" of a line, without quotes; views into the text.
struct Setting {
    std::string_view name, value;
};

std::string_view without_quotes(std::string_view text) {
    while (!text.empty() && (text.front() == '"' || text.front() == '\'' || text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() &&
           (text.back() == '"' || text.back() == '\'' || text.back() == ' ' || text.back() == '\t' || text.back() == '\r' || text.back() == ','))
        text.remove_suffix(1);
    return text;
}

Setting setting_of(std::string_view line) {
    const std::size_t begin = line.find_first_not_of(" \t-\"'{");
    if (begin == std::string_view::npos || line[begin] == '#' || line[begin] == ';' || line[begin] == '/') return {};
    const std::size_t split = line.find_first_of(":=", begin);
    if (split == std::string_view::npos) return {};
    const std::string_view name = without_quotes(line.substr(begin, split - begin));
    if (name.size() > 60 || name.find_first_of(" \t\"'()") != std::string_view::npos) return {};
    return {name, without_quotes(line.substr(split + 1))};
}

// Calls each(setting) for the lines of a value that set something.
template <typename Each>
void each_setting(std::string_view text, const Each& each) {
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const Setting setting = setting_of(text.substr(0, end));
        if (!setting.name.empty()) each(setting);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
}

}

// Code is no configuration: there a name stands for a value that comes from elsewhere.
static bool is_code(std::string_view key, std::string_view text) {
    for (std::string_view end : {".sh", ".py", ".lua", ".js", ".ts", ".go", ".rb", ".rego", ".sql", ".tmpl", ".tpl", ".ps1", ".md", ".html", ".jq", ".pl"})
        if (ends(key, end)) return true;
    return text.starts_with("#!");
}

static bool looks_like_password(std::string_view value) { return value.size() >= 2 && value.find_first_of(" \t()\\,;") == std::string_view::npos; }

// tlsSecret: web-tls names a Secret object, as fields of the API do.
static bool names_object(std::string_view name, std::string_view value) {
    return name.ends_with("Secret") && kubernetes::is_dns1123_subdomain(value) && std::none_of(value.begin(), value.end(), is_digit);
}

static void run_config_map(const Object& object, Reporter& report) {
    for (const yaml::Entry& entry : object["data"].entries()) {
        // A text of many lines is read although some of them may hold placeholders.
        const std::string_view key = entry.key.scalar(), text = entry.value.scalar();
        if (text.empty() || entry.value.type() != yaml::Type::text) continue;
        if (text.find('\n') == std::string_view::npos) {
            const Name kind = judge_name(key, report);
            if (kind != Name::harmless && !entry.value.is_placeholder() && looks_like_password(text) && !is_harmless_value(text, kind) &&
                !names_object(key, text))
                report.at(entry.value, quote(key) + " holds a literal secret, and everyone may read ConfigMaps; move it to a Secret");
            continue;
        }
        if (is_code(key, text)) continue;
        each_setting(text, [&](const Setting& setting) {
            const Name kind = judge_name(setting.name, report);
            if (kind == Name::harmless || !looks_like_password(setting.value) || is_harmless_value(setting.value, kind) ||
                names_object(setting.name, setting.value))
                return;
            const auto from = static_cast<std::size_t>(setting.value.data() - text.data());
            report
                .at(entry.value.place(from, from + setting.value.size()),
                    quote(setting.name) + " holds a literal secret, and everyone may read ConfigMaps; move it to a Secret")
                .field(entry.value.path(object.node()));
        });
    }
}

// Parts between separators count; a capital inside, as in runAsUser and levelKey, is a word of code. A file is named after many things.
static bool is_personal(std::string_view name, Reporter& report) {
    for (std::string_view end : {".xml", ".acl", ".properties", ".conf", "file"})
        if (ends(name, end)) return false;
    while (!name.empty()) {
        const std::size_t end = std::min(name.find_first_of("_-. /"), name.size());
        if (among(name.substr(0, end), report.list("words"))) return true;
        name.remove_prefix(std::min(end + 1, name.size()));
    }
    return false;
}

static void run_personal(const Object& object, Reporter& report) {
    for (const yaml::Entry& entry : object["data"].entries()) {
        const std::string_view text = entry.value.scalar();
        if (is_personal(entry.key.scalar(), report)) {
            report.at(entry.key, quote(entry.key.scalar()) + " names personal or sensitive data, and everyone may read ConfigMaps; keep it in a Secret");
            continue;
        }
        if (text.find('\n') == std::string_view::npos || is_code(entry.key.scalar(), text)) continue;
        each_setting(text, [&](const Setting& setting) {
            if (setting.value.empty() || !is_personal(setting.name, report)) return;
            const auto from = static_cast<std::size_t>(setting.name.data() - text.data());
            report
                .at(entry.value.place(from, from + setting.name.size()),
                    quote(setting.name) + " names personal or sensitive data, and everyone may read ConfigMaps; keep it in a Secret")
                .field(entry.value.path(object.node()));
        });
    }
}

static constexpr std::string_view denied = "secret secrets token credential credentials pass pword";
static constexpr std::string_view allowed = "public pub file files version path paths name names id ids uid mode url uri endpoint host server domain user "
                                            "username alias type format dir directory folder "
                                            "location sock socket fingerprint keyring keyserver keyboard size length bits ttl expiry expires expiration expiry "
                                            "timeout age duration algorithm method provider "
                                            "realm module plugin enabled disabled enable disable required optional require allow use policy prefix suffix "
                                            "header cookie config agent arn region count limit "
                                            "limits max min lifetime encoding port cert certs ca issuer audience checksum sha256 sha512 md5 hash digest "
                                            "package parallelism parallel cmd command shares threshold "
                                            "informer filter filtering ref reference namespace store class engine rotation refresh interval bucket mount field "
                                            "attribute connector claim label labels annotation "
                                            "annotations env template review reviews window tokenizer tokenizers";

static constexpr Option secret_options[] = {
    {.name = "deny_tokens", .value = denied, .what = "Words that make a name a secret's; names are cut at everything but letters and digits, and at capitals."},
    {.name = "allow_tokens", .value = allowed, .what = "Words that make a name harmless whatever else it holds."},
};

static constexpr Option personal_options[] = {
    {.name = "words",
     .value = "user username users email mail phone telephone mobile iban ssn passport birthday key num",
     .what = "Words in names that are reported."},
};

static constexpr Example env_examples[] = {{.bad = R"yaml(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    env:
    - name: DB_PASSWORD
      value: hunter2
             ^^^^^^^ 'DB_PASSWORD' holds a literal secret, readable for all who may see the manifest; use valueFrom.secretKeyRef
    - {name: clientSecret, value: "9f8e7d6c"}
                                  ^^^^^^^^^^ 'clientSecret' holds a literal secret, readable for all who may see the manifest; use valueFrom.secretKeyRef
    - {name: API_KEY, value: k3jd92hf}
                             ^^^^^^^^ 'API_KEY' holds a literal secret, readable for all who may see the manifest; use valueFrom.secretKeyRef
    - {name: DATABASE_URL, value: "postgres://app:Tr0ub4dor@db:5432/app"}
                                                  ^^^^^^^^^ the URL holds a password; keep it in a Secret and put it together with $(NAME)
)yaml",
                                            .good = R"yaml(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - name: web
    image: example.org/web:1.0
    env:
    - name: DB_PASSWORD
      valueFrom: {secretKeyRef: {name: db, key: password}}
    - {name: DB_PASSWORD_FILE, value: /run/secrets/db}
    - {name: TOKEN_URL, value: "https://auth.example.org/token"}
    - {name: TLS_SECRET_NAME, value: web-tls}
    - {name: TOKEN_TTL, value: "3600"}
    - {name: REQUIRE_TOKEN, value: "true"}
    - {name: CACHE_KEY, value: products}
    - {name: MONKEY, value: banana}
    - {name: API_TOKEN, value: "$(OTHER)"}
    - {name: CLIENT_SECRET, value: "<your client secret>"}
    - {name: DATABASE_URL, value: "postgres://app:$(DB_PASSWORD)@db:5432/app"}
)yaml",
                                            .path = "app.yaml"}};

static constexpr Example config_map_examples[] = {{.bad = R"yaml(
apiVersion: v1
kind: ConfigMap
metadata: {name: web}
data:
  POSTGRES_PASSWORD: hunter2
                     ^^^^^^^ 'POSTGRES_PASSWORD' holds a literal secret, and everyone may read ConfigMaps; move it to a Secret
  application.properties: |
    # password=example
    server.port=8080
    spring.datasource.password=Tr0ub4dor
                               ^^^^^^^^^ 'spring.datasource.password' holds a literal secret, and everyone may read ConfigMaps; move it to a Secret
    spring.mail.password=${MAIL_PASSWORD}
)yaml",
                                                   .good = R"yaml(
apiVersion: v1
kind: ConfigMap
metadata: {name: web}
data:
  PASSWORD_FILE: /run/secrets/db
  TOKEN_SERVICE_URL: https://auth.example.org/token
  application.properties: |
    # password=example
    server.port=8080
    spring.datasource.password=
    spring.mail.password=${MAIL_PASSWORD}
  start.sh: |
    #!/bin/sh
    password=example
)yaml",
                                                   .path = "app.yaml"}};

static constexpr Example personal_examples[] = {{.bad = R"yaml(
apiVersion: v1
kind: ConfigMap
metadata: {name: web}
data:
  ADMIN_EMAIL: jane@example.org
  ^^^^^^^^^^^ 'ADMIN_EMAIL' names personal or sensitive data, and everyone may read ConfigMaps; keep it in a Secret
  app.yaml: |
    level: info
    username: jane
    ^^^^^^^^ 'username' names personal or sensitive data, and everyone may read ConfigMaps; keep it in a Secret
)yaml",
                                                 .good = R"yaml(
apiVersion: v1
kind: ConfigMap
metadata: {name: web}
data:
  LEVEL: info
  app.yaml: |
    level: info
    username:
)yaml",
                                                 .path = "app.yaml"}};

static constexpr Check table[] = {
    {.id = "configmap-holds-personal-data",
     .title = "ConfigMap holds sensitive personal or technical data.",
     .category = Category::security,
     .severity = Severity::low,
     .profile = Profile::strict,
     .why = "ConfigMaps are readable for nearly everyone in a namespace and are not encrypted at rest in most clusters. Names of people, addresses and account "
            "names fall under privacy rules in many places. Judged by names alone, this finds much that is harmless.",
     .aliases = {"trivy:KSV-01010"},
     .options = personal_options,
     .examples = personal_examples,
     .run = on_objects({"ConfigMap"}, run_personal)},
    {.id = "configmap-holds-secret",
     .title = "ConfigMap holds secret-looking keys or values.",
     .category = Category::security,
     .severity = Severity::high,
     .profile = Profile::recommended,
     .why = "ConfigMaps are readable for nearly everyone who may look into a namespace, they are shown in full by every tool, and only Secrets are covered by "
            "encryption at rest.",
     .aliases = {"trivy:KSV-0109", "polaris:sensitiveConfigmapContent", "kubescape:C-0012"},
     .standards = {"NIST-800-190-4.1.4", "NSA-secrets", "OWASP-K08"},
     .options = secret_options,
     .examples = config_map_examples,
     .run = on_objects({"ConfigMap"}, run_config_map)},
    {.id = "env-secret-literal",
     .title = "Environment variable holds a literal secret.",
     .category = Category::security,
     .severity = Severity::high,
     .profile = Profile::recommended,
     .why = "The secret is in the repository, in the object that everyone who may read pods can see, and in every backup of both. It cannot be rotated without "
            "a change to the manifest.",
     .aliases = {"kube-linter:env-var-secret", "polaris:sensitiveContainerEnvVar", "kubescape:C-0012", "kubescape:C-0259", "marvin:M-201", "sonar:S2068",
                 "sonar:S6418"},
     .standards = {"CIS-K8s-5.4.1", "NIST-800-190-4.1.4", "NSA-secrets", "MITRE-T1552.001", "OWASP-K08"},
     .options = secret_options,
     .examples = env_examples,
     .run = on_containers(run_env)},
};

extern constinit const std::span<const Check> secret_in_config = table;

}
