#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/text/glob.h"

#include <algorithm>

// Secret objects: that they are there, and what shape their data has.

namespace plimsoll::checks::secret_object {

using kubernetes::Object;
using yaml::Node;

static bool is_written_out(Node value, const std::vector<std::string>& allowed) {
    const std::string_view text = value.text_or_empty();
    if (text.empty() || value.is_placeholder() || text.starts_with("ENC[") || text.find_first_of("<{$") != std::string_view::npos) return false;
    return std::none_of(allowed.begin(), allowed.end(), [&](const std::string& pattern) { return Glob(pattern).matches(text); });
}

static void run_plaintext(const Object& object, Reporter& report) {
    for (std::string_view key : {"stringData", "data"}) {
        const Node data = object[key];
        for (const yaml::Entry& entry : data.entries()) {
            if (!is_written_out(entry.value, report.list("allow_patterns"))) continue;
            report.at(data.key(), key == "data" ? "the Secret's data stands in the file, only encoded; keep it outside the repository or encrypt it"
                                                : "the Secret's data stands in the file as plain text; keep it outside the repository or encrypt it");
            break;
        }
    }
}

static void run_native(const Object& object, Reporter& report) {
    report.at(object, "this is a Secret of the cluster; the policy asks for an external store that syncs or injects it");
}

namespace {

// What a type asks of the keys: all of them, or one of them.
struct Type {
    std::string_view name;
    Names<2> keys;
    bool any = false;
};

constexpr Type types[] = {
    {"kubernetes.io/tls", {"tls.crt", "tls.key"}},  {"kubernetes.io/dockerconfigjson", {".dockerconfigjson"}},
    {"kubernetes.io/dockercfg", {".dockercfg"}},    {"kubernetes.io/basic-auth", {"username", "password"}, true},
    {"kubernetes.io/ssh-auth", {"ssh-privatekey"}},
};

// A JSON text, checked for balance and strings only as far as a damaged or doubly encoded one is told from an object.
bool is_json_object(std::string_view text) {
    int depth = 0;
    bool quoted = false, any = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (quoted) {
            if (c == '\\')
                ++i;
            else if (c == '"')
                quoted = false;
            continue;
        }
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') continue;
        if (!any && c != '{') return false;
        if (any && depth == 0) return false;
        any = true;
        if (c == '"') quoted = true;
        if (c == '{' || c == '[') ++depth;
        if (c == '}' || c == ']') --depth;
        if (depth < 0) return false;
    }
    return any && depth == 0 && !quoted;
}

std::optional<std::string> decoded(std::string_view text) {
    if (text.find_first_of("\r\n") == std::string_view::npos) return kubernetes::decode_base64(text);
    std::string joined;
    std::copy_if(text.begin(), text.end(), std::back_inserter(joined), [](char c) { return c != '\n' && c != '\r'; });
    return kubernetes::decode_base64(joined);
}

bool is_printable(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return (c >= ' ' && c <= '~') || c == '\n' || c == '\r' || c == '\t'; });
}

// Text that was encoded twice: what comes out is base64 of something with words, lines or structure. Keys are often base64 on purpose.
bool is_encoded_twice(std::string_view once) {
    while (!once.empty() && (once.back() == '\n' || once.back() == '\r')) once.remove_suffix(1);
    if (once.size() < 12 || once.size() % 4 != 0) return false;
    const std::optional<std::string> twice = decoded(once);
    return twice && is_printable(*twice) &&
           (twice->find_first_of(" \n") != std::string::npos || twice->starts_with('{') || twice->find("://") != std::string::npos);
}

}

static void judge_keys(const Object& object, const Type& type, Reporter& report) {
    const Node data = object["data"], text = object["stringData"];
    std::string missing;
    std::size_t count = 0;
    for (std::string_view key : type.keys) {
        if (data.has(key) || text.has(key)) continue;
        if (count++) missing += type.any ? " and " : ", ";
        missing += quote(key);
    }
    if (count == 0 || (type.any && count < type.keys.size())) return;
    report.at(object["type"],
              "a Secret of type " + std::string(type.name) + " without " + missing + " is refused; add " + (type.any ? "one of them" : "what is missing"));
}

static void judge_value(Node value, std::string_view type, Reporter& report) {
    if (!value.text() || value.is_placeholder() || value.scalar().empty() || value.scalar().find_first_of("{}$<>") != std::string_view::npos) return;
    const std::optional<std::string> text = decoded(value.scalar());
    const std::string_view key = value.key().scalar();
    if (!text) {
        report.at(value, "the value of " + quote(key) + " is not base64; encode it, or write it as it is under stringData");
        return;
    }
    if (key == ".dockerconfigjson" && type == "kubernetes.io/dockerconfigjson" && !text->empty() && !is_json_object(*text))
        report.at(value, "the value of '.dockerconfigjson' decodes to something else than JSON");
    else if (is_encoded_twice(*text))
        report.at(value, "the value of " + quote(key) + " is encoded twice: the program gets base64; encode it once, or write it as it is under stringData")
            .severity(Severity::low);
}

static void run_shape(const Object& object, Reporter& report) {
    const std::string_view type = object["type"].text_or_empty();
    if (!object.is_fragment() && (object["data"].is_set() || object["stringData"].is_set()))
        for (const Type& known : types)
            if (type == known.name) judge_keys(object, known, report);
    for (const yaml::Entry& entry : object["data"].entries()) judge_value(entry.value, type, report);
    if (type != "kubernetes.io/dockerconfigjson") return;
    const Node text = object["stringData"][".dockerconfigjson"];
    if (text.text() && !text.is_placeholder() && !text.scalar().empty() && !is_json_object(text.scalar()))
        report.at(text, "the value of '.dockerconfigjson' is not JSON");
}

static constexpr Option plaintext_options[] = {
    {.name = "allow_patterns",
     .value = "changeme* example* dummy* placeholder*",
     .what = "Values that stand for a secret that comes later; a star stands for anything."},
};

static constexpr Example plaintext_examples[] = {{.bad = R"(
apiVersion: v1
kind: Secret
metadata: {name: db}
data: {password: aHVudGVyMg==}
^^^^ the Secret's data stands in the file, only encoded; keep it outside the repository or encrypt it
stringData: {user: app}
^^^^^^^^^^ the Secret's data stands in the file as plain text; keep it outside the repository or encrypt it
)",
                                                  .good = R"(
apiVersion: v1
kind: Secret
metadata: {name: db}
stringData: {password: "${DB_PASSWORD}", token: "", key: changeme}
)",
                                                  .path = "app.yaml"}};

static constexpr Example native_examples[] = {{.bad = R"(
apiVersion: v1
kind: Secret
metadata: {name: db}
                 ^^ this is a Secret of the cluster; the policy asks for an external store that syncs or injects it
stringData: {password: ""}
)",
                                               .good = R"(
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: db}
spec:
  secretStoreRef: {name: vault, kind: ClusterSecretStore}
  target: {name: db}
)",
                                               .path = "app.yaml"}};

static constexpr Example shape_examples[] = {{.bad = R"(
apiVersion: v1
kind: Secret
metadata: {name: web-tls}
type: kubernetes.io/tls
      ^^^^^^^^^^^^^^^^^ a Secret of type kubernetes.io/tls without 'tls.key' is refused; add what is missing
data: {tls.crt: LS0t}
---
apiVersion: v1
kind: Secret
metadata: {name: db}
data:
  password: hunter2!
            ^^^^^^^^ the value of 'password' is not base64; encode it, or write it as it is under stringData
  token: YUhSMGNITTZMeTlsZUdGdGNHeGxMbTl5Wnk4PQ==
         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ the value of 'token' is encoded twice: the program gets base64; encode it once, or write it as it is under stringData
---
apiVersion: v1
kind: Secret
metadata: {name: pull}
type: kubernetes.io/dockerconfigjson
data: {.dockerconfigjson: aGVsbG8=}
                          ^^^^^^^^ the value of '.dockerconfigjson' decodes to something else than JSON
)",
                                              .good = R"(
apiVersion: v1
kind: Secret
metadata: {name: web-tls}
type: kubernetes.io/tls
data: {tls.crt: LS0t}
stringData: {tls.key: ""}
---
apiVersion: v1
kind: Secret
metadata: {name: login}
type: kubernetes.io/basic-auth
stringData: {username: app}
---
apiVersion: v1
kind: Secret
metadata: {name: pull}
type: kubernetes.io/dockerconfigjson
data:
  .dockerconfigjson: |
    eyJhdXRo
    cyI6e319
)",
                                              .path = "app.yaml"}};

static constexpr Check table[] = {
    {.id = "secret-manifest-plaintext",
     .title = "Secret manifest with data is kept in the repository.",
     .category = Category::security,
     .severity = Severity::high,
     .profile = Profile::strict,
     .why = "Base64 hides nothing: whoever can read the repository or its history has the secret. Sealed or SOPS-encrypted manifests and operators that fetch "
            "secrets from a store keep only references in the repository.",
     .aliases = {"semgrep:secrets-in-config-file", "sonar:S6418"},
     .standards = {"NIST-800-190-4.1.4", "MITRE-T1552.001", "OWASP-K08"},
     .options = plaintext_options,
     .examples = plaintext_examples,
     .run = on_objects({"Secret"}, run_plaintext)},
    {.id = "secret-native-used",
     .title = "Native Secret used instead of an external store.",
     .category = Category::compliance,
     .severity = Severity::info,
     .profile = Profile::strict,
     .why = "Secrets of the cluster lie in etcd, encrypted only where that is set up, and everyone with get on secrets reads them. Some policies ask for an "
            "external "
            "store with its own access control and audit.",
     .aliases = {"kubescape:C-0208", "kubescape:C-0234", "kics:b9c83569-459b-4110-8f79-6305aa33cb37"},
     .standards = {"CIS-K8s-5.4.2"},
     .examples = native_examples,
     .run = on_objects({"Secret"}, run_native)},
    {.id = "secret-type-shape",
     .title = "Secret does not have the keys its type requires.",
     .category = Category::correctness,
     .severity = Severity::high,
     .profile = Profile::recommended,
     .why =
         "The API server checks the keys of the built-in types and refuses values under data that are not base64. A value that was encoded twice is accepted, "
         "and the program then fails to log in.",
     .examples = shape_examples,
     .run = on_objects({"Secret"}, run_shape)},
};

extern constinit const std::span<const Check> secret_object = table;

}
