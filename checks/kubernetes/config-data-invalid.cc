#include <algorithm>

#include "checks/kubernetes/refusal.h"

// What the API server wants of the data in ConfigMaps and Secrets.

namespace plimsoll::checks::config_data_invalid {

using kubernetes::Object;
using yaml::Node;

static constexpr std::size_t most_bytes = std::size_t{1} << 20;

static std::string key_path(Node map, std::string_view key) { return std::string(map.key().scalar()) + "[" + std::string(key) + "]"; }

static void judge_keys(Node map, Refusals& refusals) {
    for (const yaml::Entry& entry : map.entries()) {
        const std::string_view key = entry.key.scalar();
        if (entry.key.is_placeholder() || kubernetes::is_config_key(key)) continue;
        const std::string field = map.key().scalar() == "stringData" ? "data[" + std::string(key) + "]" : key_path(map, key);
        refusals.wrong(entry.key, quote(key) + " cannot be the name of a file; use at most 253 letters, digits, '-', '_' and '.', not starting with '..'")
            .field(field);
    }
}

// Bytes of a value as the API server counts them.
static std::size_t bytes_of(Node value, bool encoded) {
    const std::string_view text = value.scalar();
    if (!encoded) return text.size();
    const auto blanks = std::ranges::count_if(text, [](char c) { return c == '\n' || c == '\r'; });
    const auto padding = std::ranges::count(text, '=');
    return (text.size() - static_cast<std::size_t>(blanks)) / 4 * 3 - static_cast<std::size_t>(std::min<std::ptrdiff_t>(padding, 2));
}

static std::size_t total(Node map, bool encoded) {
    std::size_t sum = 0;
    for (const yaml::Entry& entry : map.entries()) sum += bytes_of(entry.value, encoded);
    return sum;
}

// ---- ConfigMap --------------------------------------------------------------------------------------------------------

static void run_map(const Object& map, Reporter& report) {
    Refusals refusals(map, report);
    const Node data = map["data"], binary = map["binaryData"];
    judge_keys(data, refusals);
    judge_keys(binary, refusals);
    for (const yaml::Entry& entry : data.entries())
        if (const Node other = binary[entry.key.scalar()])
            refusals.wrong(entry.key, quote(entry.key.scalar()) + " is in binaryData as well; remove one of them").field(key_path(data, entry.key.scalar()));
    // config-object-too-large says this in the other profiles. The API server names no field.
    if (refusals.as_server() && total(data, false) + total(binary, true) > most_bytes)
        refusals.clash(data ? data : binary, "a ConfigMap holds at most 1 MiB; split it").field({});
}

// ---- Secret -----------------------------------------------------------------------------------------------------------

namespace {

// Enough to tell JSON objects from other text: quotes and brackets in pairs.
bool looks_like_json_object(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t\r\n"), end = text.find_last_not_of(" \t\r\n");
    if (begin == std::string_view::npos || text[begin] != '{' || text[end] != '}') return false;
    std::string open;
    bool quoted = false;
    for (std::size_t i = begin; i <= end; ++i) {
        const char c = text[i];
        if (quoted) {
            if (c == '\\') ++i;
            quoted = c != '"';
            continue;
        }
        if (c == '"') quoted = true;
        if (c == '{' || c == '[') open += c;
        if (c == '}' || c == ']') {
            if (open.empty() || (open.back() == '{') != (c == '}')) return false;
            open.pop_back();
            if (open.empty() && i != end) return false;
        }
    }
    return open.empty() && !quoted;
}

// Keys that a type of Secret needs: all of them, or any.
struct Shape {
    std::string_view type, first, second;
    bool any, json;
};
constexpr Shape shapes[] = {
    {"kubernetes.io/tls", "tls.crt", "tls.key", false, false},      {"kubernetes.io/dockerconfigjson", ".dockerconfigjson", "", false, true},
    {"kubernetes.io/dockercfg", ".dockercfg", "", false, true},     {"kubernetes.io/basic-auth", "username", "password", true, false},
    {"kubernetes.io/ssh-auth", "ssh-privatekey", "", false, false},
};

}

static Node value_of(const Object& secret, std::string_view key) {
    const Node plain = secret["stringData"][key];
    return plain ? plain : secret["data"][key];
}

static void judge_json(const Object& secret, std::string_view key, Refusals& refusals) {
    const Node value = value_of(secret, key);
    const std::string_view text = value.text_or_empty();
    if (!value.text()) return;
    bool right = true;
    if (secret["stringData"][key]) {
        right = looks_like_json_object(text);
    } else {
        std::string joined;
        for (char c : text)
            if (c != '\n' && c != '\r') joined += c;
        const auto decoded = kubernetes::decode_base64(joined);
        right = !decoded || looks_like_json_object(*decoded);
    }
    if (!right) refusals.wrong(value, "the value is no JSON object, which this type of Secret holds").field("data[" + std::string(key) + "]");
}

static void judge_shape(const Object& secret, const Shape& shape, Refusals& refusals) {
    const bool first = static_cast<bool>(value_of(secret, shape.first)), second = shape.second.empty() || value_of(secret, shape.second);
    // secret-type-shape says what is missing in the other profiles.
    if (refusals.as_server() && refusals.whole()) {
        const auto absent = [&](std::string_view key) {
            refusals.absent(secret.node(), "data", "a Secret of this type needs the key " + quote(key)).field("data[" + std::string(key) + "]");
        };
        if (shape.any) {
            if (!first && !value_of(secret, shape.second))
                refusals.absent(secret.node(), "data", "a Secret of this type needs a username or a password").field("data");
        } else {
            if (!first) absent(shape.first);
            if (!second) absent(shape.second);
        }
    }
    if (shape.json) judge_json(secret, shape.first, refusals);
    if (shape.type == "kubernetes.io/ssh-auth" && refusals.as_server() && first && value_of(secret, shape.first).text() == "")
        refusals.wrong(value_of(secret, shape.first), "the key may not be empty").field("data[ssh-privatekey]");
}

static void run_secret(const Object& secret, Reporter& report) {
    constexpr std::string_view account = "kubernetes.io/service-account.name";
    Refusals refusals(secret, report);
    judge_keys(secret["data"], refusals);
    judge_keys(secret["stringData"], refusals);
    const std::string_view type = secret["type"].text_or_empty();
    for (const Shape& shape : shapes)
        if (shape.type == type) judge_shape(secret, shape, refusals);
    if (type == "kubernetes.io/service-account-token" && refusals.whole() && secret.annotations()[account].text_or_empty().empty() &&
        !secret.annotations()[account].is_placeholder())
        refusals.absent(secret.metadata(), "annotations", "a token belongs to an account; add the annotation " + quote(account))
            .field("metadata.annotations[" + std::string(account) + "]");
    // config-object-too-large says this in the other profiles.
    if (refusals.as_server() && total(secret["data"], true) + total(secret["stringData"], false) > most_bytes)
        refusals.clash(secret["data"] ? secret["data"] : secret["stringData"], "a Secret holds at most 1 MiB; split it").field("data");
}

static void run(const Object& object, Reporter& report) {
    if (object.is("Secret"))
        run_secret(object, report);
    else
        run_map(object, report);
}

static constexpr Example examples[] = {
    {.bad = R"(
apiVersion: v1
kind: ConfigMap
metadata: {name: app}
data: {a/b: x, ..c: x, both: x}
       ^^^ 'a/b' cannot be the name of a file; use at most 253 letters, digits, '-', '_' and '.', not starting with '..'
               ^^^ '..c' cannot be the name of a file; use at most 253 letters, digits, '-', '_' and '.', not starting with '..'
                       ^^^^ 'both' is in binaryData as well; remove one of them
binaryData: {both: eA==}
---
apiVersion: v1
kind: Secret
metadata: {name: pull}
type: kubernetes.io/dockerconfigjson
stringData: {.dockerconfigjson: "user:password", "a b": x}
                                ^^^^^^^^^^^^^^^ the value is no JSON object, which this type of Secret holds
                                                 ^^^^^ 'a b' cannot be the name of a file; use at most 253 letters, digits, '-', '_' and '.', not starting with '..'
---
apiVersion: v1
kind: Secret
metadata: {name: token}
^^^^^^^^ a token belongs to an account; add the annotation 'kubernetes.io/service-account.name'
type: kubernetes.io/service-account-token
)",
     .good = R"(
apiVersion: v1
kind: ConfigMap
metadata: {name: app}
data: {a-b: x, .c: x, "${KEY}": x}
binaryData: {other: eA==}
---
apiVersion: v1
kind: Secret
metadata: {name: pull}
type: kubernetes.io/dockerconfigjson
data: {.dockerconfigjson: eyJhdXRocyI6IHt9fQ==}
---
apiVersion: v1
kind: Secret
metadata: {name: token, annotations: {kubernetes.io/service-account.name: web}}
type: kubernetes.io/service-account-token
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: v1
kind: Secret
metadata: {name: web}
                 ^^^ a Secret of this type needs the key 'tls.key'
type: kubernetes.io/tls
data: {tls.crt: eA==}
---
apiVersion: v1
kind: Secret
metadata: {name: login}
                 ^^^^^ a Secret of this type needs a username or a password
type: kubernetes.io/basic-auth
data: {user: eA==}
---
apiVersion: v1
kind: Secret
metadata: {name: key}
type: kubernetes.io/ssh-auth
data: {ssh-privatekey: ""}
                       ^^ the key may not be empty
)",
     .good = R"(
apiVersion: v1
kind: Secret
metadata: {name: web}
type: kubernetes.io/tls
data: {tls.crt: eA==}
stringData: {tls.key: x}
---
apiVersion: v1
kind: Secret
metadata: {name: login}
type: kubernetes.io/basic-auth
data: {username: eA==}
)",
     .config = "profile: api-server\n",
     .path = "app.yaml",
     .fixed = false},
};

extern constinit const Check config_data_invalid = {
    .id = "config-data-invalid",
    .title = "Data of a ConfigMap or Secret is such that the API server refuses it.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::bugs,
    .why = "Keys become names of files and may only be such, and some types of Secret have a form. The API server refuses the object.",
    .aliases = {refused},
    .examples = examples,
    .run = on_objects({"ConfigMap", "Secret"}, run),
};

}
