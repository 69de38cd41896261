#include "checks/control-plane/flag_rule.h"

// Admission plugins that the API server should run.

namespace plimsoll::checks::apiserver_plugins_missing {

static constexpr FlagRule apiserver_plugin_node_restriction = {.component = kubernetes::Component::api_server,
                                                               .flag = "enable-admission-plugins",
                                                               .must = Must::contain,
                                                               .reason = "a kubelet may change other nodes' objects",
                                                               .want = "NodeRestriction",
                                                               .also = "admission-control"};
static constexpr FlagRule apiserver_plugin_always_pull_images = {.component = kubernetes::Component::api_server,
                                                                 .flag = "enable-admission-plugins",
                                                                 .must = Must::contain,
                                                                 .reason = "a pod may use a private image that another one left on the node",
                                                                 .want = "AlwaysPullImages",
                                                                 .also = "admission-control"};
static constexpr FlagRule apiserver_plugin_event_rate_limit = {.component = kubernetes::Component::api_server,
                                                               .flag = "enable-admission-plugins",
                                                               .must = Must::contain,
                                                               .reason = "one misbehaving client can flood the server with events",
                                                               .want = "EventRateLimit",
                                                               .also = "admission-control"};
static constexpr FlagRule apiserver_plugin_image_policy_webhook = {.component = kubernetes::Component::api_server,
                                                                   .flag = "enable-admission-plugins",
                                                                   .must = Must::contain,
                                                                   .reason = "no service is asked whether an image may run",
                                                                   .want = "ImagePolicyWebhook",
                                                                   .also = "admission-control"};
static constexpr FlagRule apiserver_plugin_pod_security_policy = {.component = kubernetes::Component::api_server,
                                                                  .flag = "enable-admission-plugins",
                                                                  .must = Must::contain,
                                                                  .reason = "PodSecurityPolicy objects have no effect",
                                                                  .want = "PodSecurityPolicy",
                                                                  .also = "admission-control"};
static constexpr FlagRule apiserver_plugin_security_context_deny = {.component = kubernetes::Component::api_server,
                                                                    .flag = "enable-admission-plugins",
                                                                    .must = Must::contain,
                                                                    .reason = "nothing keeps pods from setting their own users and SELinux labels",
                                                                    .want = "SecurityContextDeny",
                                                                    .also = "admission-control"};

static constexpr FlagRule external_ips_enabled = {.component = kubernetes::Component::api_server,
                                                  .flag = "enable-admission-plugins",
                                                  .must = Must::contain,
                                                  .reason = "who may create a Service may claim any address as its external IP",
                                                  .want = "DenyServiceExternalIPs",
                                                  .also = "admission-control"};
static constexpr FlagRule external_ips_disabled = {.component = kubernetes::Component::api_server,
                                                   .flag = "enable-admission-plugins",
                                                   .must = Must::not_contain,
                                                   .reason = "Services may then not use external IPs",
                                                   .want = "DenyServiceExternalIPs"};

static void judge_external_ips(const kubernetes::Settings& settings, Reporter& report) {
    judge(report.text("expect") == "disabled" ? external_ips_disabled : external_ips_enabled, settings, report);
}

static constexpr Option external_ips_options[] = {
    {.name = "expect", .type = Option::Type::text, .value = "enabled", .what = "enabled, or disabled for older versions of the benchmark"}};

// These two plugins are gone from newer versions; only a server that still has them can lack them.
static void judge_pod_security_policy(const kubernetes::Settings& settings, Reporter& report) {
    if (settings.minor && *settings.minor < 25) judge(apiserver_plugin_pod_security_policy, settings, report);
}

static void judge_security_context_deny(const kubernetes::Settings& settings, Reporter& report) {
    if (!settings.minor || *settings.minor >= 30) return;
    for (const kubernetes::ListItem& item : settings.items("enable-admission-plugins"))
        if (item.text == "PodSecurityPolicy") return;
    judge(apiserver_plugin_security_context_deny, settings, report);
}

static constexpr FlagRule admission_config = {.component = kubernetes::Component::api_server,
                                              .flag = "admission-control-config-file",
                                              .must = Must::be_set,
                                              .reason = "the webhook that judges images is not configured"};

static void judge_image_policy(const kubernetes::Settings& settings, Reporter& report) {
    for (const kubernetes::ListItem& item : settings.items("enable-admission-plugins"))
        if (item.text == "ImagePolicyWebhook") return judge(admission_config, settings, report);
    judge(apiserver_plugin_image_policy_webhook, settings, report);
}

static constexpr Example apiserver_plugin_node_restriction_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, "--enable-admission-plugins=AlwaysPullImages"]
                                                          ^^^^^^^^^^^^^^^^ --enable-admission-plugins lacks NodeRestriction: a kubelet may change other nodes' objects
---
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --v=2]
    ^^^^^^^ --enable-admission-plugins is not set and lacks NodeRestriction: a kubelet may change other nodes' objects
)",
                                                                          .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, "--enable-admission-plugins=AlwaysPullImages,NodeRestriction"]
)",
                                                                          .path = "app.yaml",
                                                                          .fixed = false}};

static constexpr Example apiserver_plugin_always_pull_images_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, "--enable-admission-plugins=NodeRestriction"]
                                                          ^^^^^^^^^^^^^^^ --enable-admission-plugins lacks AlwaysPullImages: a pod may use a private image that another one left on the node
---
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --v=2]
    ^^^^^^^ --enable-admission-plugins is not set and lacks AlwaysPullImages: a pod may use a private image that another one left on the node
)",
                                                                            .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, "--enable-admission-plugins=NodeRestriction,AlwaysPullImages"]
)",
                                                                            .path = "app.yaml",
                                                                            .fixed = false}};

static constexpr Example apiserver_plugin_event_rate_limit_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, "--enable-admission-plugins=NodeRestriction"]
                                                          ^^^^^^^^^^^^^^^ --enable-admission-plugins lacks EventRateLimit: one misbehaving client can flood the server with events
---
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --v=2]
    ^^^^^^^ --enable-admission-plugins is not set and lacks EventRateLimit: one misbehaving client can flood the server with events
)",
                                                                          .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, "--enable-admission-plugins=NodeRestriction,EventRateLimit"]
)",
                                                                          .path = "app.yaml",
                                                                          .fixed = false}};

static constexpr Example apiserver_plugin_image_policy_webhook_examples[] = {
    {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, "--enable-admission-plugins=NodeRestriction"]
                                                          ^^^^^^^^^^^^^^^ --enable-admission-plugins lacks ImagePolicyWebhook: no service is asked whether an image may run
---
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --v=2]
    ^^^^^^^ --enable-admission-plugins is not set and lacks ImagePolicyWebhook: no service is asked whether an image may run
)",
     .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, "--enable-admission-plugins=NodeRestriction,ImagePolicyWebhook", --admission-control-config-file=/etc/kubernetes/admission.yaml]
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --enable-admission-plugins=ImagePolicyWebhook]
    ^^^^^^^ --admission-control-config-file is not set: the webhook that judges images is not configured
)",
     .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --enable-admission-plugins=ImagePolicyWebhook, --admission-control-config-file=/etc/kubernetes/admission.yaml]
)",
     .path = "app.yaml",
     .fixed = false},
};

static constexpr Example apiserver_plugin_pod_security_policy_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.24.1
    command: [kube-apiserver, --enable-admission-plugins=NodeRestriction]
                                                         ^^^^^^^^^^^^^^^ --enable-admission-plugins lacks PodSecurityPolicy: PodSecurityPolicy objects have no effect
)",
                                                                             .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.24.1
    command: [kube-apiserver, "--enable-admission-plugins=NodeRestriction,PodSecurityPolicy"]
---
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --enable-admission-plugins=NodeRestriction]
)",
                                                                             .path = "app.yaml",
                                                                             .fixed = false}};

static constexpr Example apiserver_plugin_security_context_deny_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.24.1
    command: [kube-apiserver, --enable-admission-plugins=NodeRestriction]
                                                         ^^^^^^^^^^^^^^^ --enable-admission-plugins lacks SecurityContextDeny: nothing keeps pods from setting their own users and SELinux labels
)",
                                                                               .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.24.1
    command: [kube-apiserver, "--enable-admission-plugins=NodeRestriction,SecurityContextDeny"]
---
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --enable-admission-plugins=NodeRestriction]
)",
                                                                               .path = "app.yaml",
                                                                               .fixed = false}};

static constexpr Example apiserver_deny_service_external_ips_examples[] = {
    {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --enable-admission-plugins=NodeRestriction]
                                                         ^^^^^^^^^^^^^^^ --enable-admission-plugins lacks DenyServiceExternalIPs: who may create a Service may claim any address as its external IP
)",
     .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, "--enable-admission-plugins=NodeRestriction,DenyServiceExternalIPs"]
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, "--enable-admission-plugins=NodeRestriction,DenyServiceExternalIPs"]
                                                                          ^^^^^^^^^^^^^^^^^^^^^^ 'DenyServiceExternalIPs' in --enable-admission-plugins: Services may then not use external IPs; remove it
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
     .config = R"(checks: {apiserver-deny-service-external-ips: {expect: disabled}})",
     .path = "app.yaml",
     .fixed = false},
};

static constexpr Check table[] = {
    {
        .id = "apiserver-plugin-node-restriction",
        .title = "NodeRestriction admission plugin is not enabled.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "The plugin lets a kubelet change only its own Node and the pods bound to it. Without it one compromised node can "
               "relabel others and draw workloads to itself.",
        .aliases = {"trivy:KCV-0016", "checkov:CKV_K8S_85", "kubescape:C-0127", "kics:33fc6923-6553-4fe6-9d3a-4efa51eb874b",
                    "mondoo:api-server-admission-node-restriction"},
        .standards = {"CIS-K8s-1.2.14"},
        .examples = apiserver_plugin_node_restriction_examples,
        .run = on_flag<apiserver_plugin_node_restriction>(),
    },
    {
        .id = "apiserver-plugin-always-pull-images",
        .title = "AlwaysPullImages admission plugin is not enabled.",
        .category = Category::security,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "With images cached on a node, whoever knows the name of a private image can run it without credentials. The price is a "
               "request to the registry at each start.",
        .aliases = {"trivy:KCV-0012", "checkov:CKV_K8S_80", "kubescape:C-0123", "kics:a77f4d07-c6e0-4a48-8b35-0eeb51576f4f", "terrascan:AC_K8S_0021"},
        .standards = {"CIS-K8s-1.2.11"},
        .examples = apiserver_plugin_always_pull_images_examples,
        .run = on_flag<apiserver_plugin_always_pull_images>(),
    },
    {
        .id = "apiserver-plugin-event-rate-limit",
        .title = "EventRateLimit admission plugin is not enabled.",
        .category = Category::reliability,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "Events are written to etcd like everything else. The plugin bounds how many a user, namespace or server takes.",
        .aliases = {"trivy:KCV-0010", "checkov:CKV_K8S_78", "kubescape:C-0121", "kics:e0099af2-fe17-411f-9991-0de28fe15f3c",
                    "mondoo:api-server-admission-event-rate-limit"},
        .standards = {"CIS-K8s-1.2.9"},
        .examples = apiserver_plugin_event_rate_limit_examples,
        .run = on_flag<apiserver_plugin_event_rate_limit>(),
    },
    {
        .id = "apiserver-plugin-image-policy-webhook",
        .title = "ImagePolicyWebhook admission plugin is not set.",
        .category = Category::supply_chain,
        .severity = Severity::info,
        .profile = Profile::strict,
        .why = "The plugin asks a service of yours about each image, for signatures or scan results. Policy engines with webhooks of "
               "their own do the same job.",
        .aliases = {"kubescape:C-0289", "kics:14abda69-8e91-4acb-9931-76e2bee90284"},
        .standards = {"CIS-K8s-5.5.1"},
        .examples = apiserver_plugin_image_policy_webhook_examples,
        .run = on_settings<kubernetes::Component::api_server, judge_image_policy>(),
    },
    {
        .id = "apiserver-plugin-pod-security-policy",
        .title = "PodSecurityPolicy admission plugin is not enabled.",
        .category = Category::deprecation,
        .severity = Severity::info,
        .profile = Profile::strict,
        .why = "Up to Kubernetes 1.24 the policies only count when the plugin is on. From 1.25 on Pod Security admission takes their "
               "place.",
        .aliases = {"checkov:CKV_K8S_84", "kubescape:C-0068", "kics:afa36afb-39fe-4d94-b9b6-afb236f7a03d"},
        .standards = {"CIS-K8s-1.6-1.2.16"},
        .examples = apiserver_plugin_pod_security_policy_examples,
        .run = on_settings<kubernetes::Component::api_server, judge_pod_security_policy>(),
    },
    {
        .id = "apiserver-plugin-security-context-deny",
        .title = "SecurityContextDeny admission plugin is not enabled.",
        .category = Category::deprecation,
        .severity = Severity::info,
        .profile = Profile::strict,
        .why = "Where no pod security policy is enforced, the plugin refused pods that set some fields of the security context. "
               "Kubernetes 1.30 removed it; use Pod Security admission.",
        .aliases = {"trivy:KCV-0013", "checkov:CKV_K8S_81", "kubescape:C-0124", "kics:6a68bebe-c021-492e-8ddb-55b0567fb768"},
        .standards = {"CIS-K8s-1.6-1.2.13"},
        .examples = apiserver_plugin_security_context_deny_examples,
        .run = on_settings<kubernetes::Component::api_server, judge_security_context_deny>(),
    },
    {
        .id = "apiserver-deny-service-external-ips",
        .title = "DenyServiceExternalIPs admission plugin.",
        .category = Category::security,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "A Service with externalIPs receives all traffic that pods send to those addresses, wherever they really are. The "
               "plugin refuses new ones; clusters that need them can use a policy instead. Older editions of the benchmark asked for "
               "the opposite, see the option.",
        .aliases = {"trivy:KCV-0003", "kubescape:C-0115", "kubescape:C-0283"},
        .standards = {"CIS-K8s-1.2.3"},
        .options = external_ips_options,
        .examples = apiserver_deny_service_external_ips_examples,
        .run = on_settings<kubernetes::Component::api_server, judge_external_ips>(),
    },
};

extern constinit const std::span<const Check> apiserver_plugins_missing = table;

}
