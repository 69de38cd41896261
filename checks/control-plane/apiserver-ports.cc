#include "checks/control-plane/flag_rule.h"

// Ports of the API server and how long they are held.

namespace plimsoll::checks::apiserver_ports {

static constexpr FlagRule apiserver_insecure_bind_address = {.component = kubernetes::Component::api_server,
                                                             .flag = "insecure-bind-address",
                                                             .must = Must::be_unset,
                                                             .reason = "it moves the port without authentication to another address"};
static constexpr FlagRule apiserver_insecure_port = {.component = kubernetes::Component::api_server,
                                                     .flag = "insecure-port",
                                                     .must = Must::be_zero,
                                                     .reason = "requests are served in clear text and without any authentication"};

// Before 1.20 the port was open on its own; since then the flag does nothing, and 1.24 no longer knows it.
static constexpr FlagRule old_insecure_port = {.component = kubernetes::Component::api_server,
                                               .flag = "insecure-port",
                                               .must = Must::be_zero,
                                               .reason = "requests are served in clear text and without any authentication",
                                               .by_default = "8080"};

static void judge_insecure_port(const kubernetes::Settings& settings, Reporter& report) {
    judge(settings.minor && *settings.minor < 20 ? old_insecure_port : apiserver_insecure_port, settings, report);
}

static void judge_secure_port(const kubernetes::Settings& settings, Reporter& report) {
    const kubernetes::Setting* setting = settings.find("secure-port");
    if (setting && setting->known && setting->value == "0")
        at_setting(settings, *setting, setting->value_span, report, says(*setting) + ": the API is not served over TLS; set a port such as 6443");
}

static constexpr Option timeout_options[] = {{.name = "max", .type = Option::Type::number, .value = "300", .what = "longest timeout in seconds"}};

static void judge_request_timeout(const kubernetes::Settings& settings, Reporter& report) {
    const kubernetes::Setting* setting = settings.find("request-timeout");
    if (!setting || !setting->known) return;
    const std::optional<std::int64_t> seconds = kubernetes::duration_seconds(setting->value);
    const long max = report.number("max");
    if (seconds && (*seconds == 0 || *seconds > max))
        at_setting(settings, *setting, setting->value_span, report,
                   says(*setting) + ": slow requests hold the server's connections; allow at most " + std::to_string(max) + "s");
}

static constexpr Example apiserver_insecure_bind_address_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --insecure-bind-address=0.0.0.0]
                              ^^^^^^^^^^^^^^^^^^^^^^^ --insecure-bind-address is set: it moves the port without authentication to another address; remove it
)",
                                                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --v=2]
)",
                                                                        .path = "app.yaml",
                                                                        .fixed = false}};

static constexpr Example apiserver_insecure_port_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --insecure-port=8080]
                                              ^^^^ --insecure-port is '8080': requests are served in clear text and without any authentication; set it to 0
---
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.18.20
    command: [kube-apiserver, --v=2]
    ^^^^^^^ --insecure-port is not set and means 8080: requests are served in clear text and without any authentication; set it to 0
)",
                                                                .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --v=2]
---
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.18.20
    command: [kube-apiserver, --insecure-port=0]
)",
                                                                .path = "app.yaml",
                                                                .fixed = false}};

static constexpr Example apiserver_secure_port_zero_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --secure-port=0]
                                            ^ --secure-port is '0': the API is not served over TLS; set a port such as 6443
)",
                                                                   .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --secure-port=6443]
)",
                                                                   .path = "app.yaml",
                                                                   .fixed = false}};

static constexpr Example apiserver_request_timeout_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --request-timeout=1h]
                                                ^^ --request-timeout is '1h': slow requests hold the server's connections; allow at most 300s
)",
                                                                  .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --request-timeout=5m0s]
)",
                                                                  .path = "app.yaml",
                                                                  .fixed = false}};

static constexpr Check table[] = {
    {
        .id = "apiserver-insecure-bind-address",
        .title = "kube-apiserver insecure bind address is set.",
        .category = Category::security,
        .severity = Severity::critical,
        .profile = Profile::recommended,
        .why = "The insecure port serves everyone as an administrator. Kubernetes 1.24 removed the flag.",
        .aliases = {"checkov:CKV_K8S_86", "kics:b9380fd3-5ffe-4d10-9290-13e18e71eee1"},
        .standards = {"CIS-K8s-1.6-1.2.18"},
        .examples = apiserver_insecure_bind_address_examples,
        .run = on_flag<apiserver_insecure_bind_address>(),
    },
    {
        .id = "apiserver-insecure-port",
        .title = "kube-apiserver insecure port is open.",
        .category = Category::security,
        .severity = Severity::critical,
        .profile = Profile::recommended,
        .why = "Whoever reaches the insecure port is an administrator: there is neither TLS nor authentication nor authorisation. "
               "Before Kubernetes 1.20 it was open unless the flag was 0.",
        .aliases = {"checkov:CKV_K8S_88", "kubescape:C-0005", "kics:fa4def8c-1898-4a35-a139-7b76b1acdef0", "mondoo:https-api-server"},
        .standards = {"CIS-K8s-1.6-1.2.19", "NSA-cp-hardening"},
        .examples = apiserver_insecure_port_examples,
        .run = on_settings<kubernetes::Component::api_server, judge_insecure_port>(),
    },
    {
        .id = "apiserver-secure-port-zero",
        .title = "kube-apiserver secure port is 0.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "Port 0 turns the TLS port off. Newer servers refuse to start that way; older ones left only the insecure port.",
        .aliases = {"trivy:KCV-0017", "checkov:CKV_K8S_89", "kubescape:C-0128", "kics:3d24b204-b73d-42cb-b0bf-1a5438c5f71e"},
        .standards = {"CIS-K8s-1.6-1.2.20"},
        .examples = apiserver_secure_port_zero_examples,
        .run = on_settings<kubernetes::Component::api_server, judge_secure_port>(),
    },
    {
        .id = "apiserver-request-timeout",
        .title = "kube-apiserver request timeout is unsuitable.",
        .category = Category::reliability,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "The timeout bounds how long one request may hold a connection. The default of a minute suits nearly everyone; a very "
               "long one, or none, lets slow clients use the server up.",
        .aliases = {"checkov:CKV_K8S_95", "kubescape:C-0134", "kics:d89a15bb-8dba-4c71-9529-bef6729b9c09"},
        .standards = {"CIS-K8s-1.2.20"},
        .options = timeout_options,
        .examples = apiserver_request_timeout_examples,
        .run = on_settings<kubernetes::Component::api_server, judge_request_timeout>(),
    },
};

extern constinit const std::span<const Check> apiserver_ports = table;

}
