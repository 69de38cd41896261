#include "checks/control-plane/flag_rule.h"

// The record of who asked the API server for what.

namespace plimsoll::checks::apiserver_audit {

static constexpr FlagRule apiserver_audit_log_path = {
    .component = kubernetes::Component::api_server, .flag = "audit-log-path", .must = Must::be_set, .reason = "no audit log is written"};
static constexpr FlagRule apiserver_audit_policy_file = {
    .component = kubernetes::Component::api_server, .flag = "audit-policy-file", .must = Must::be_set, .reason = "without a policy nothing is audited"};
static constexpr FlagRule apiserver_audit_log_maxage = {
    .component = kubernetes::Component::api_server, .flag = "audit-log-maxage", .must = Must::be_at_least, .reason = "audit logs of a month should be kept"};
static constexpr FlagRule apiserver_audit_log_maxbackup = {.component = kubernetes::Component::api_server,
                                                           .flag = "audit-log-maxbackup",
                                                           .must = Must::be_at_least,
                                                           .reason = "ten rotated audit logs should be kept"};
static constexpr FlagRule apiserver_audit_log_maxsize = {.component = kubernetes::Component::api_server,
                                                         .flag = "audit-log-maxsize",
                                                         .must = Must::be_at_least,
                                                         .reason = "audit logs should hold 100 megabytes before they rotate"};

// A webhook backend records as well as a file does, where the settings say so.
static void judge_log_path(const kubernetes::Settings& settings, Reporter& report) {
    if (report.flag("accept-webhook") && settings.find("audit-webhook-config-file")) return;
    judge(apiserver_audit_log_path, settings, report);
}

static constexpr Option apiserver_audit_log_path_options[] = {
    {.name = "accept-webhook", .type = Option::Type::flag, .value = "false", .what = "accept --audit-webhook-config-file instead of a file"}};
static constexpr Option apiserver_audit_log_maxage_options[] = {
    {.name = "min", .type = Option::Type::number, .value = "30", .what = "days that audit logs are kept"}};
static constexpr Option apiserver_audit_log_maxbackup_options[] = {
    {.name = "min", .type = Option::Type::number, .value = "10", .what = "rotated files that are kept"}};
static constexpr Option apiserver_audit_log_maxsize_options[] = {
    {.name = "min", .type = Option::Type::number, .value = "100", .what = "megabytes of a file before it is rotated"}};

static constexpr Example apiserver_audit_log_path_examples[] = {
    {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --v=2]
    ^^^^^^^ --audit-log-path is not set: no audit log is written
)",
     .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --audit-log-path=/var/log/kubernetes/audit.log]
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
apiServer:
  extraArgs:
  ^^^^^^^^^ audit-log-path is not set: no audit log is written
  - {name: profiling, value: "false"}
)",
     .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --audit-webhook-config-file=/etc/kubernetes/audit-webhook.yaml]
)",
     .config = R"(checks: {apiserver-audit-log-path: {accept-webhook: true}})",
     .path = "app.yaml",
     .fixed = false},
};

static constexpr Example apiserver_audit_policy_file_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --v=2]
    ^^^^^^^ --audit-policy-file is not set: without a policy nothing is audited
)",
                                                                    .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --audit-policy-file=/etc/kubernetes/audit-policy.yaml]
)",
                                                                    .path = "app.yaml",
                                                                    .fixed = false}};

static constexpr Example apiserver_audit_log_maxage_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --v=2]
    ^^^^^^^ --audit-log-maxage is not set: audit logs of a month should be kept; set it to 30 or more
---
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --audit-log-maxage=7]
                                                 ^ --audit-log-maxage is '7': audit logs of a month should be kept; set it to 30 or more
)",
                                                                   .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --audit-log-maxage=30]
)",
                                                                   .path = "app.yaml",
                                                                   .fixed = false}};

static constexpr Example apiserver_audit_log_maxbackup_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --v=2]
    ^^^^^^^ --audit-log-maxbackup is not set: ten rotated audit logs should be kept; set it to 10 or more
---
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --audit-log-maxbackup=3]
                                                    ^ --audit-log-maxbackup is '3': ten rotated audit logs should be kept; set it to 10 or more
)",
                                                                      .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --audit-log-maxbackup=10]
)",
                                                                      .path = "app.yaml",
                                                                      .fixed = false}};

static constexpr Example apiserver_audit_log_maxsize_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --v=2]
    ^^^^^^^ --audit-log-maxsize is not set: audit logs should hold 100 megabytes before they rotate; set it to 100 or more
---
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --audit-log-maxsize=20]
                                                  ^^ --audit-log-maxsize is '20': audit logs should hold 100 megabytes before they rotate; set it to 100 or more
)",
                                                                    .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --audit-log-maxsize=100]
)",
                                                                    .path = "app.yaml",
                                                                    .fixed = false}};

static constexpr Check table[] = {
    {
        .id = "apiserver-audit-log-path",
        .title = "kube-apiserver writes no audit log.",
        .category = Category::compliance,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "The audit log is the only record of who asked the API for what. After an incident there is nothing to read without it.",
        .aliases = {"trivy:KCV-0019", "checkov:CKV_K8S_91", "kubescape:C-0130", "kubescape:C-0067", "kics:73e251f0-363d-4e53-86e2-0a93592437eb",
                    "mondoo:api-server-audit-log-path"},
        .standards = {"CIS-K8s-1.2.16", "NSA-audit", "OWASP-K05"},
        .options = apiserver_audit_log_path_options,
        .examples = apiserver_audit_log_path_examples,
        .run = on_settings<kubernetes::Component::api_server, judge_log_path>(),
    },
    {
        .id = "apiserver-audit-policy-file",
        .title = "kube-apiserver has no audit policy.",
        .category = Category::compliance,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "The policy says which requests are recorded and how much of them. Without it the server records nothing, whatever the "
               "log flags say.",
        .aliases = {"kubescape:C-0160", "kubescape:C-0067", "kics:13a49a2e-488e-4309-a7c0-d6b05577a5fb", "mondoo:api-server-audit-policy-file"},
        .standards = {"CIS-K8s-3.2.1", "NSA-audit", "OWASP-K05"},
        .examples = apiserver_audit_policy_file_examples,
        .run = on_flag<apiserver_audit_policy_file>(),
    },
    {
        .id = "apiserver-audit-log-maxage",
        .title = "Audit logs are kept less than 30 days.",
        .category = Category::compliance,
        .severity = Severity::low,
        .profile = Profile::recommended,
        .why = "Break-ins are often noticed weeks later. CIS asks for thirty days of audit logs, stated where a reviewer can see it.",
        .aliases = {"trivy:KCV-0020", "checkov:CKV_K8S_92", "kubescape:C-0131", "kics:da9f3aa8-fbfb-472f-b5a1-576127944218",
                    "mondoo:api-server-audit-log-maxage"},
        .standards = {"CIS-K8s-1.2.17", "NSA-audit"},
        .options = apiserver_audit_log_maxage_options,
        .examples = apiserver_audit_log_maxage_examples,
        .run = on_flag<apiserver_audit_log_maxage>(),
    },
    {
        .id = "apiserver-audit-log-maxbackup",
        .title = "Fewer than 10 audit log backups are kept.",
        .category = Category::compliance,
        .severity = Severity::low,
        .profile = Profile::recommended,
        .why = "A busy server fills a log in hours. With few files kept, whoever makes enough noise pushes their traces out.",
        .aliases = {"trivy:KCV-0021", "checkov:CKV_K8S_93", "kubescape:C-0132", "kics:768aab52-2504-4a2f-a3e3-329d5a679848"},
        .standards = {"CIS-K8s-1.2.18"},
        .options = apiserver_audit_log_maxbackup_options,
        .examples = apiserver_audit_log_maxbackup_examples,
        .run = on_flag<apiserver_audit_log_maxbackup>(),
    },
    {
        .id = "apiserver-audit-log-maxsize",
        .title = "Audit log rotates before 100 MB.",
        .category = Category::compliance,
        .severity = Severity::low,
        .profile = Profile::recommended,
        .why = "The size of a file times the number of files is how far back the log reaches.",
        .aliases = {"trivy:KCV-0022", "checkov:CKV_K8S_94", "kubescape:C-0133", "kics:35c0a471-f7c8-4993-aa2c-503a3c712a66"},
        .standards = {"CIS-K8s-1.2.19"},
        .options = apiserver_audit_log_maxsize_options,
        .examples = apiserver_audit_log_maxsize_examples,
        .run = on_flag<apiserver_audit_log_maxsize>(),
    },
};

extern constinit const std::span<const Check> apiserver_audit = table;

}
