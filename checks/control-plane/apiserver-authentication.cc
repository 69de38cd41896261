#include "checks/control-plane/flag_rule.h"

// How the API server tells who asks.

namespace plimsoll::checks::apiserver_authentication {

static constexpr FlagRule apiserver_anonymous_auth = {.component = kubernetes::Component::api_server,
                                                      .flag = "anonymous-auth",
                                                      .must = Must::be_false,
                                                      .reason = "anyone who reaches the port is let in as system:anonymous",
                                                      .unless = "authentication-config"};
static constexpr FlagRule apiserver_basic_auth_file = {.component = kubernetes::Component::api_server,
                                                       .flag = "basic-auth-file",
                                                       .must = Must::be_unset,
                                                       .reason = "passwords lie in a file in clear text and never expire"};
static constexpr FlagRule apiserver_token_auth_file = {.component = kubernetes::Component::api_server,
                                                       .flag = "token-auth-file",
                                                       .must = Must::be_unset,
                                                       .reason = "its tokens lie in clear text and stay valid until the server restarts"};
static constexpr FlagRule apiserver_client_ca = {
    .component = kubernetes::Component::api_server, .flag = "client-ca-file", .must = Must::be_set, .reason = "client certificates cannot be verified"};
static constexpr FlagRule apiserver_service_account_key_file = {.component = kubernetes::Component::api_server,
                                                                .flag = "service-account-key-file",
                                                                .must = Must::be_set,
                                                                .reason = "service account tokens are then checked with the server's own TLS key"};
static constexpr FlagRule apiserver_service_account_lookup = {.component = kubernetes::Component::api_server,
                                                              .flag = "service-account-lookup",
                                                              .must = Must::not_be_false,
                                                              .reason = "tokens of deleted service accounts stay valid"};
static constexpr FlagRule apiserver_service_account_extend_token = {.component = kubernetes::Component::api_server,
                                                                    .flag = "service-account-extend-token-expiration",
                                                                    .must = Must::be_false,
                                                                    .reason = "injected tokens live a year instead of an hour"};

static constexpr Example apiserver_anonymous_auth_examples[] = {
    {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --v=2]
    ^^^^^^^ --anonymous-auth is on by default: anyone who reaches the port is let in as system:anonymous; set it to false
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
apiServer:
  extraArgs:
  - {name: anonymous-auth, value: "true"}
                                  ^^^^^^ anonymous-auth is 'true': anyone who reaches the port is let in as system:anonymous; set it to false
)",
     .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --anonymous-auth=false]
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
    command:
    - /bin/sh
    - -c
    - exec kube-apiserver --anonymous-auth=true --v=2
                                           ^^^^ --anonymous-auth is 'true': anyone who reaches the port is let in as system:anonymous; set it to false
---
apiVersion: v1
kind: Pod
metadata: {name: second, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command:
    - kube-apiserver
    - --anonymous-auth
      ^^^^^^^^^^^^^^^^ --anonymous-auth is 'true': anyone who reaches the port is let in as system:anonymous; set it to false
    - "false"
)",
     .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command:
    - /bin/sh
    - -c
    - exec kube-apiserver --anonymous-auth=false --v=2
---
apiVersion: v1
kind: Pod
metadata: {name: second, namespace: kube-system}
spec:
  containers:
  - name: probe
    image: curl:8.16.0
    command: [sh, -c, "curl https://kube-apiserver:6443/readyz"]
    args: [kube-apiserver]
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: apiserver.config.k8s.io/v1
kind: AuthenticationConfiguration
anonymous: {enabled: true}
                     ^^^^ anonymous.enabled is 'true': anyone who reaches the port is let in as system:anonymous; set it to false
)",
     .good = R"(
apiVersion: apiserver.config.k8s.io/v1
kind: AuthenticationConfiguration
anonymous:
  enabled: true
  conditions: [{path: /livez}, {path: /readyz}]
)",
     .path = "app.yaml",
     .fixed = false},
};

static constexpr Example apiserver_basic_auth_file_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --basic-auth-file=/etc/kubernetes/users.csv]
                              ^^^^^^^^^^^^^^^^^ --basic-auth-file is set: passwords lie in a file in clear text and never expire; remove it
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

static constexpr Example apiserver_token_auth_file_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --token-auth-file=/etc/kubernetes/tokens.csv]
                              ^^^^^^^^^^^^^^^^^ --token-auth-file is set: its tokens lie in clear text and stay valid until the server restarts; remove it
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

static constexpr Example apiserver_client_ca_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --v=2]
    ^^^^^^^ --client-ca-file is not set: client certificates cannot be verified
)",
                                                            .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --client-ca-file=/etc/kubernetes/pki/ca.crt]
)",
                                                            .path = "app.yaml",
                                                            .fixed = false}};

static constexpr Example apiserver_service_account_key_file_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --v=2]
    ^^^^^^^ --service-account-key-file is not set: service account tokens are then checked with the server's own TLS key
)",
                                                                           .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --service-account-key-file=/etc/kubernetes/pki/sa.pub]
)",
                                                                           .path = "app.yaml",
                                                                           .fixed = false}};

static constexpr Example apiserver_service_account_lookup_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --service-account-lookup=false]
                                                       ^^^^^ --service-account-lookup is 'false': tokens of deleted service accounts stay valid; set it to true
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
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --service-account-lookup=true]
)",
                                                                         .path = "app.yaml",
                                                                         .fixed = false}};

static constexpr Example apiserver_service_account_extend_token_examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --v=2]
    ^^^^^^^ --service-account-extend-token-expiration is on by default: injected tokens live a year instead of an hour; set it to false
---
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
apiServer:
  extraArgs:
  - {name: service-account-extend-token-expiration, value: "true"}
                                                           ^^^^^^ service-account-extend-token-expiration is 'true': injected tokens live a year instead of an hour; set it to false
)",
                                                                               .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: kube-apiserver, namespace: kube-system}
spec:
  containers:
  - name: kube-apiserver
    image: kube-apiserver:v1.34.1
    command: [kube-apiserver, --service-account-extend-token-expiration=false]
)",
                                                                               .path = "app.yaml",
                                                                               .fixed = false}};

static constexpr Check table[] = {
    {
        .id = "apiserver-anonymous-auth",
        .title = "kube-apiserver allows anonymous requests.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "A request without credentials is then served as user system:anonymous, and one careless role binding opens the cluster "
               "to the network. Where load balancers need the health paths, an AuthenticationConfiguration can allow anonymous "
               "requests for those paths only.",
        .aliases = {"trivy:KCV-0001", "checkov:CKV_K8S_68", "kubescape:C-0113", "kics:1de5cc51-f376-4638-a940-20f2e85ae238",
                    "mondoo:api-server-no-anonymous-auth"},
        .standards = {"CIS-K8s-1.2.1", "NSA-authn-authz", "OWASP-K06"},
        .examples = apiserver_anonymous_auth_examples,
        .run = on_flag<apiserver_anonymous_auth>(),
    },
    {
        .id = "apiserver-basic-auth-file",
        .title = "kube-apiserver uses a basic-auth file.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "The file holds passwords in clear text, and a change needs a restart of the server. Kubernetes 1.19 removed the flag, "
               "so a newer server does not even start with it.",
        .aliases = {"checkov:CKV_K8S_69", "kics:5da47109-f8d6-4585-9e2b-96a8958a12f5"},
        .standards = {"CIS-K8s-1.6-1.2.2", "OWASP-K06"},
        .examples = apiserver_basic_auth_file_examples,
        .run = on_flag<apiserver_basic_auth_file>(),
    },
    {
        .id = "apiserver-token-auth-file",
        .title = "kube-apiserver uses static tokens.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "Static tokens never expire and cannot be revoked without a restart. Certificates, OpenID Connect or service account "
               "tokens can.",
        .aliases = {"trivy:KCV-0002", "checkov:CKV_K8S_70", "kubescape:C-0114", "kics:32ecd76e-7bbf-402e-bf48-8b9485749558",
                    "mondoo:api-server-no-token-auth-file"},
        .standards = {"CIS-K8s-1.2.2", "OWASP-K06"},
        .examples = apiserver_token_auth_file_examples,
        .run = on_flag<apiserver_token_auth_file>(),
    },
    {
        .id = "apiserver-client-ca",
        .title = "kube-apiserver has no client CA.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "Without a certificate authority for clients the server accepts no client certificate at all, and kubelets and "
               "components fall back on weaker credentials.",
        .aliases = {"trivy:KCV-0028", "kubescape:C-0139", "kics:e0e00aba-5f1c-4981-a542-9a9563c0ee20", "mondoo:api-server-client-ca-file"},
        .standards = {"CIS-K8s-1.2.25"},
        .examples = apiserver_client_ca_examples,
        .run = on_flag<apiserver_client_ca>(),
    },
    {
        .id = "apiserver-service-account-key-file",
        .title = "No dedicated service account key file.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "Without the flag the private key of the serving certificate verifies service account tokens as well. A key pair of its "
               "own can be rotated without touching TLS.",
        .aliases = {"trivy:KCV-0025", "checkov:CKV_K8S_97", "kubescape:C-0136", "kics:dab4ec72-ce2e-4732-b7c3-1757dcce01a1",
                    "mondoo:api-server-service-account-key-file"},
        .standards = {"CIS-K8s-1.2.22"},
        .examples = apiserver_service_account_key_file_examples,
        .run = on_flag<apiserver_service_account_key_file>(),
    },
    {
        .id = "apiserver-service-account-lookup",
        .title = "Deleted service account tokens stay valid.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "Without the lookup only the signature of a token is checked, so deleting the service account or its secret revokes "
               "nothing.",
        .aliases = {"trivy:KCV-0024", "checkov:CKV_K8S_96", "kubescape:C-0135", "kics:a5530bd7-225a-48f9-91bb-f40b04200165",
                    "mondoo:api-server-service-account-lookup"},
        .standards = {"CIS-K8s-1.2.21"},
        .examples = apiserver_service_account_lookup_examples,
        .run = on_flag<apiserver_service_account_lookup>(),
    },
    {
        .id = "apiserver-service-account-extend-token",
        .title = "Service account tokens get extended lifetime.",
        .category = Category::security,
        .severity = Severity::low,
        .profile = Profile::strict,
        .why = "The extension was a bridge for clients that did not reload their token. A stolen token is then good for a year.",
        .aliases = {"kubescape:C-0290"},
        .standards = {"CIS-K8s-1.2.30"},
        .examples = apiserver_service_account_extend_token_examples,
        .run = on_flag<apiserver_service_account_extend_token>(),
    },
};

extern constinit const std::span<const Check> apiserver_authentication = table;

}
