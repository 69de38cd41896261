#include <algorithm>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/network.h"

// Annotations of ingress-nginx that end up in the configuration of the controller.

namespace plimsoll::checks::ingress_nginx {

static constexpr std::string_view prefix = "nginx.ingress.kubernetes.io/";

static bool is_snippet(std::string_view key) {
    return key.ends_with("-snippet") && (key.starts_with(prefix) || key.starts_with("nginx.org/") || key.starts_with("ingress.kubernetes.io/"));
}

template <typename Visit>
static void each_snippet(const kubernetes::Object& ingress, Visit visit) {
    for (const yaml::Entry& entry : ingress.annotations().entries())
        if (is_snippet(entry.key.scalar())) visit(entry);
}

static void run_snippet(const kubernetes::Object& ingress, Reporter& report) {
    each_snippet(ingress, [&](const yaml::Entry& entry) {
        report.at(entry.key, "a snippet writes into the configuration of the controller, which can read every Secret; use the annotation for what it does");
    });
}

static void run_lua(const kubernetes::Object& ingress, Reporter& report) {
    each_snippet(ingress, [&](const yaml::Entry& entry) {
        const std::string_view text = entry.value.text_or_empty();
        for (std::string_view word : {"lua_", "_lua", "kubernetes.io"}) {
            const std::size_t at = text.find(word);
            if (at == std::string_view::npos) continue;
            report.at(entry.value.place(at, at + word.size()), "this snippet runs code in the controller or reads its service account token; drop it");
            return;
        }
    });
}

// The directive `alias`: a word at the start of a statement.
static std::size_t find_alias(std::string_view text) {
    for (std::size_t at = text.find("alias"); at != std::string_view::npos; at = text.find("alias", at + 1)) {
        const std::size_t before = text.find_last_not_of(" \t\r\n", at == 0 ? std::string_view::npos : at - 1);
        const bool starts = at == 0 || before == std::string_view::npos || text[before] == ';' || text[before] == '{' || text[before] == '}';
        const bool ends = at + 5 < text.size() && (text[at + 5] == ' ' || text[at + 5] == '\t');
        if (starts && ends) return at;
    }
    return std::string_view::npos;
}

static void run_alias(const kubernetes::Object& ingress, Reporter& report) {
    each_snippet(ingress, [&](const yaml::Entry& entry) {
        const std::size_t at = find_alias(entry.value.text_or_empty());
        if (at != std::string_view::npos)
            report.at(entry.value.place(at, at + 5), "alias serves files of the controller's own file system, its token among them; drop it");
    });
}

static void run_allowed(const kubernetes::Object& config, Reporter& report) {
    const yaml::Node allow = config["data"]["allow-snippet-annotations"], risk = config["data"]["annotations-risk-level"];
    if (allow.text_or_empty() == "true") report.at(allow, "everybody who may create an Ingress can write into the controller's configuration; set \"false\"");
    if (risk.text_or_empty() == "Critical")
        report.at(risk, "risk level Critical accepts every annotation, snippets included; set \"High\" or less")
            .only({"kyverno:check-ingress-nginx-controller-version-and-annotation-policy"});
}

// Characters that end a word of the nginx configuration; where a legal value has none of them, they are there to break out.
static std::size_t find_injection(std::string_view key, std::string_view text) {
    if (key == "auth-url" || key == "auth-signin" || key == "auth-tls-error-page" || key == "mirror-target" || key == "mirror-host") {
        const std::size_t bad = text.find_first_of("\n\r\"'`;{}#");
        if (bad == std::string_view::npos) return bad;
        // A fragment of an address and the variables of nginx in braces are legal.
        if (text[bad] == '#' && key != "auth-url") return std::string_view::npos;
        if (text[bad] == '{' && bad > 0 && text[bad - 1] == '$') return text.find_first_of("\n\r\"'`;#");
        return bad;
    }
    if (key == "auth-tls-match-cn") {
        const std::size_t bad = text.find_first_of("\n\r\"'`;#");
        return bad;
    }
    return std::string_view::npos;
}

static void run_injection(const kubernetes::Object& ingress, Reporter& report) {
    for (const yaml::Entry& entry : ingress.annotations().entries()) {
        const std::string_view key = entry.key.scalar();
        const auto text = entry.value.text();
        if (!text || !key.starts_with(prefix)) continue;
        // A line break at the very end comes from the block style of YAML.
        std::string_view value = *text;
        while (!value.empty() && (value.back() == '\n' || value.back() == '\r' || value.back() == ' ')) value.remove_suffix(1);
        const std::size_t bad = find_injection(key.substr(prefix.size()), value);
        if (bad != std::string_view::npos)
            report.at(entry.value.place(bad, bad + 1), "this character ends the value in the nginx configuration and lets the rest in as directives; drop it");
    }
}

static constexpr Example snippet_examples[] = {{.bad = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    nginx.ingress.kubernetes.io/server-snippet: |
    ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ a snippet writes into the configuration of the controller, which can read every Secret; use the annotation for what it does
      location /x { return 200; }
spec:
  ingressClassName: nginx
)",
                                                .good = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    nginx.ingress.kubernetes.io/rewrite-target: /
spec:
  ingressClassName: nginx
)",
                                                .path = "app.yaml"}};

static constexpr Example lua_examples[] = {{.bad = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    nginx.ingress.kubernetes.io/configuration-snippet: content_by_lua_block { ngx.say("x") }
                                                                  ^^^^ this snippet runs code in the controller or reads its service account token; drop it
spec:
  ingressClassName: nginx
)",
                                            .good = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    nginx.ingress.kubernetes.io/configuration-snippet: more_set_headers "X-Frame-Options DENY";
spec:
  ingressClassName: nginx
)",
                                            .path = "app.yaml"}};

static constexpr Example alias_examples[] = {{.bad = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    nginx.ingress.kubernetes.io/server-snippet: |
      location /s {
        alias /var/run/secrets/;
        ^^^^^ alias serves files of the controller's own file system, its token among them; drop it
      }
spec:
  ingressClassName: nginx
)",
                                              .good = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    nginx.ingress.kubernetes.io/server-snippet: return 301 /alias ;
spec:
  ingressClassName: nginx
)",
                                              .path = "app.yaml"}};

static constexpr Example allowed_examples[] = {{.bad = R"(
apiVersion: v1
kind: ConfigMap
metadata:
  name: ingress-nginx-controller
data:
  allow-snippet-annotations: "true"
                             ^^^^^^ everybody who may create an Ingress can write into the controller's configuration; set "false"
  annotations-risk-level: Critical
                          ^^^^^^^^ risk level Critical accepts every annotation, snippets included; set "High" or less
)",
                                                .good = R"(
apiVersion: v1
kind: ConfigMap
metadata:
  name: ingress-nginx-controller
data:
  allow-snippet-annotations: "false"
)",
                                                .path = "app.yaml"}};

static constexpr Example injection_examples[] = {{.bad = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    nginx.ingress.kubernetes.io/auth-url: http://example.com/#;}}}load_module /tmp/x.so
                                                             ^ this character ends the value in the nginx configuration and lets the rest in as directives; drop it
spec:
  ingressClassName: nginx
)",
                                                  .good = R"(
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations:
    nginx.ingress.kubernetes.io/auth-url: https://$host/oauth2/auth?allowed_groups=a,b&x=1
    nginx.ingress.kubernetes.io/auth-tls-match-cn: CN=(web|api)
spec:
  ingressClassName: nginx
)",
                                                  .path = "app.yaml"}};

static constexpr Check table[] = {
    {
        .id = "ingress-nginx-annotation-injection",
        .title = "ingress-nginx annotation holds injection characters.",
        .category = Category::security,
        .severity = Severity::critical,
        .profile = Profile::recommended,
        .why = "ingress-nginx writes some annotations into its configuration as they stand. A character that ends the value there lets whoever writes the "
               "Ingress load modules and run code in the controller, which can read every Secret (CVE-2025-1974 and its kin).",
        .aliases = {"trivy:KCV-0093", "kyverno:restrict-ingress-paths"},
        .standards = {"MITRE-T1190"},
        .examples = injection_examples,
        .run = on_objects({"Ingress"}, run_injection),
    },
    {
        .id = "ingress-nginx-snippet",
        .title = "ingress-nginx snippet annotation is used.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "A snippet is raw configuration of the shared controller: with it the author of one Ingress reads the Secrets of all namespaces "
               "(CVE-2021-25742).",
        .aliases = {"checkov:CKV_K8S_153", "kubescape:C-0059", "datree:INGRESS_CVE2021_25742_INCORRECT_SERVER_SNIPPET_KEY", "terrascan:AC_K8S_0050",
                    "kyverno:disallow-ingress-nginx-custom-snippets"},
        .standards = {"MITRE-T1190"},
        .examples = snippet_examples,
        .run = on_objects({"Ingress"}, run_snippet),
    },
    {
        .id = "ingress-nginx-snippet-alias",
        .title = "Snippet contains an alias directive.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "The directive alias maps a path of the site to a folder of the controller's container; the token of its service account lies there too.",
        .aliases = {"checkov:CKV_K8S_154", "kubescape:C-0059"},
        .examples = alias_examples,
        .run = on_objects({"Ingress"}, run_alias),
    },
    {
        .id = "ingress-nginx-snippet-lua",
        .title = "Snippet runs Lua or reads service account data.",
        .category = Category::security,
        .severity = Severity::critical,
        .profile = Profile::recommended,
        .why = "Lua in a snippet is code that runs in the controller with its service account, which can read the Secrets of all namespaces.",
        .aliases = {"checkov:CKV_K8S_152", "kubescape:C-0059"},
        .standards = {"MITRE-T1190"},
        .examples = lua_examples,
        .run = on_objects({"Ingress"}, run_lua),
    },
    {
        .id = "ingress-nginx-snippets-allowed",
        .title = "ingress-nginx allows snippets.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "With snippets allowed, whoever may create an Ingress in any namespace configures the shared controller, and through it reads the Secrets "
               "of all (CVE-2021-25742). Since 1.9 they are off by default.",
        .aliases = {"datree:CONFIGMAP_CVE2021_25742_INCORRECT_SNIPPET_ANNOTATIONS_VALUE",
                    "kyverno:check-ingress-nginx-controller-version-and-annotation-policy"},
        .examples = allowed_examples,
        .run = on_objects({"ConfigMap"}, run_allowed),
    },
};

extern constinit const std::span<const Check> ingress_nginx = table;

}
