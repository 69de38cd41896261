#include "checks/rbac/power.h"

// Verbs on configuration and network objects.

namespace plimsoll::checks::powers_over_traffic {

// The graph check of checkov reports the binding.
static void modify_service_status_aliases(const kubernetes::Object&, const kubernetes::Grant&, Draft& draft) {
    draft.only({"rbac-police:modify_service_status_cve_2020_8554"});
}

static constexpr Power manage_configmaps = {
    .verbs = {"create", "update", "patch", "delete", "deletecollection"},
    .resources = {{{"", "configmaps"}}},
    .consequence = "lets the holder change the configuration of others, in kube-system of CoreDNS too; name the objects in resourceNames",
};

static constexpr Power manage_networking = {
    .verbs = {"create", "update", "patch", "delete", "deletecollection"},
    .resources = {{{"", "services"},
                   {"", "endpoints"},
                   {"discovery.k8s.io", "endpointslices"},
                   {"networking.k8s.io", "networkpolicies"},
                   {"networking.k8s.io", "ingresses"},
                   {"gateway.networking.k8s.io", "gateways"},
                   {"gateway.networking.k8s.io", "httproutes"},
                   {"crd.projectcalico.org", "networkpolicies"},
                   {"projectcalico.org", "networkpolicies"},
                   {"cilium.io", "ciliumnetworkpolicies"}}},
    .consequence = "lets the holder redirect or open other workloads' traffic; leave the reading verbs, or grant it in the namespaces that need it only",
};

static constexpr Power modify_service_status = {
    .verbs = {"update", "patch"},
    .resources = {{{"", "services/status"}}},
    .consequence = "can set a Service's load-balancer address and so catch traffic for any address; leave it to the load-balancer controller",
    .narrow = modify_service_status_aliases,
};

static constexpr Example manage_configmaps_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [""]
  resources: [configmaps]
              ^^^^^^^^^^ 'update' on 'configmaps' lets the holder change the configuration of others, in kube-system of CoreDNS too; name the objects in resourceNames
  verbs: [get, update]
)",
                                                          .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [""]
  resources: [configmaps]
  verbs: [get]
)",
                                                          .path = "app.yaml"}};

static constexpr Example manage_networking_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
              ^^^^^^^^^^^^^^^ 'delete' on 'networkpolicies' lets the holder redirect or open other workloads' traffic; leave the reading verbs, or grant it in the namespaces that need it only
  verbs: [get, delete]
)",
                                                          .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [get]
)",
                                                          .path = "app.yaml"}};

static constexpr Example modify_service_status_examples[] = {{.bad = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [""]
  resources: [services, services/status]
                        ^^^^^^^^^^^^^^^ 'patch' on 'services/status' can set a Service's load-balancer address and so catch traffic for any address; leave it to the load-balancer controller
  verbs: [get, patch]
)",
                                                              .good = R"(
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: helper
rules:
- apiGroups: [""]
  resources: [services]
  verbs: [get]
)",
                                                              .path = "app.yaml"}};

static constexpr Check table[] = {
    {
        .id = "rbac-manage-configmaps",
        .title = "Role can change ConfigMaps.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "Programs trust their ConfigMaps: scripts, proxy rules and DNS answers live there. In kube-system one of them is the configuration of "
               "CoreDNS. Leader election needs Leases, not ConfigMaps.",
        .aliases = {"trivy:KSV-0049", "kubescape:C-0037"},
        .standards = {"MITRE-T1557", "OWASP-K03"},
        .examples = manage_configmaps_examples,
        .run = on_objects({"Role", "ClusterRole"}, run_power<manage_configmaps>),
    },
    {
        .id = "rbac-manage-networking",
        .title = "Role can change networking objects.",
        .category = Category::security,
        .severity = Severity::medium,
        .profile = Profile::recommended,
        .why = "Services, their endpoints, Ingresses and routes say where traffic goes, network policies who may talk. Who may write them can listen in "
               "on others or open what was closed.",
        .aliases = {"trivy:KSV-0056"},
        .standards = {"OWASP-K03"},
        .examples = manage_networking_examples,
        .run = on_objects({"Role", "ClusterRole"}, run_power<manage_networking>),
    },
    {
        .id = "rbac-modify-service-status",
        .title = "Role can set a Service's load-balancer address.",
        .category = Category::security,
        .severity = Severity::high,
        .profile = Profile::recommended,
        .why = "Nodes send traffic for the address in status.loadBalancer to the pods of the Service, whatever the address is (CVE-2020-8554): the holder "
               "becomes the man in the middle for any outside address.",
        .aliases = {"checkov:CKV2_K8S_4", "rbac-police:modify_service_status_cve_2020_8554"},
        .standards = {"MITRE-T1557"},
        .examples = modify_service_status_examples,
        .run = on_objects({"Role", "ClusterRole"}, run_power<modify_service_status>),
    },
};

extern constinit const std::span<const Check> powers_over_traffic = table;

}
