#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/lifecycle.h"

namespace plimsoll::checks::kubernetes_version_outdated {

static void judge(yaml::Node version, Reporter& report) {
    const std::optional<std::string_view> text = version.text();
    if (!text || version.is_placeholder()) return;
    const std::string_view digits = text->substr(text->starts_with('v') ? 1 : 0);
    if (!digits.starts_with("1.") || digits.size() < 3 || digits[2] < '0' || digits[2] > '9') return;
    const long oldest = report.number("oldest-minor");
    if (kubernetes::target_minor(*text) < oldest)
        report.at(version, "Kubernetes " + quote(*text) + " gets no fixes any more; use 1." + std::to_string(oldest) + " or newer");
}

static void run(const kubernetes::Object& object, Reporter& report) {
    if (object.group() == "kubeadm.k8s.io") return judge(object["kubernetesVersion"], report);
    if (object.group() == "kops.k8s.io") return judge(object.at("spec.kubernetesVersion"), report);
    judge(object.at("spec.version"), report);
    judge(object.at("spec.topology.version"), report);
    judge(object.at("spec.template.spec.version"), report);
}

static constexpr Option options[] = {{.name = "oldest-minor", .type = Option::Type::number, .value = "35", .what = "the oldest 1.x that still gets fixes"}};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: kubeadm.k8s.io/v1beta3
kind: ClusterConfiguration
kubernetesVersion: v1.24.1
                   ^^^^^^^ Kubernetes 'v1.24.1' gets no fixes any more; use 1.35 or newer
)",
                                        .good = R"(
apiVersion: kubeadm.k8s.io/v1beta4
kind: ClusterConfiguration
kubernetesVersion: v1.36.2
)",
                                        .path = "app.yaml",
                                        .fixed = false}};

extern constinit const Check kubernetes_version_outdated = {
    .id = "kubernetes-version-outdated",
    .title = "Target Kubernetes version is out of support.",
    .category = Category::supply_chain,
    .severity = Severity::low,
    .profile = Profile::strict,
    .why = "The project fixes security holes in the three newest minor versions. An older control plane or kubelet keeps its known "
           "holes.",
    .aliases = {"kubescape:C-0273", "popeye:405"},
    .standards = {"OWASP-K10"},
    .options = options,
    .examples = examples,
    .run = on_objects({"kubeadm.k8s.io/ClusterConfiguration", "kops.k8s.io/Cluster", "cluster.x-k8s.io/Cluster", "cluster.x-k8s.io/MachineDeployment",
                       "cluster.x-k8s.io/MachinePool", "controlplane.cluster.x-k8s.io/KubeadmControlPlane"},
                      run),
};

}
