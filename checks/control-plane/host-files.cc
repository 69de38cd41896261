#include <charconv>
#include <initializer_list>

#include "analyzer/engine/kubernetes_check.h"

// Files that a machine configuration or Cluster API's kubeadm configuration puts on nodes: permissions and owner.

namespace plimsoll::checks::host_files {

namespace {

// A path that ends in '/' stands for all files below it with this ending.
struct HostFile {
    std::string_view path, ending;
    unsigned widest;   // the permission bits that may be set
    std::string_view owner;
    std::string_view mode_aliases[2], owner_aliases[2];
};

constexpr HostFile cni[] = {{"/etc/cni/net.d/", "", 0600, "root", {"trivy:KCV-0056", "kubescape:C-0100"}, {"trivy:KCV-0057", "kubescape:C-0101"}}};
constexpr HostFile control_plane_manifests[] = {
    {"/etc/kubernetes/manifests/kube-apiserver.yaml", "", 0600, "root", {"trivy:KCV-0048", "kubescape:C-0092"}, {"trivy:KCV-0049", "kubescape:C-0093"}},
    {"/etc/kubernetes/manifests/kube-controller-manager.yaml",
     "",
     0600,
     "root",
     {"trivy:KCV-0050", "kubescape:C-0094"},
     {"trivy:KCV-0051", "kubescape:C-0095"}},
    {"/etc/kubernetes/manifests/kube-scheduler.yaml", "", 0600, "root", {"trivy:KCV-0052", "kubescape:C-0096"}, {"trivy:KCV-0053", "kubescape:C-0097"}},
    {"/etc/kubernetes/manifests/etcd.yaml", "", 0600, "root", {"trivy:KCV-0054", "kubescape:C-0098"}, {"trivy:KCV-0055", "kubescape:C-0099"}},
};
constexpr HostFile etcd_data[] = {{"/var/lib/etcd", "", 0700, "etcd", {"trivy:KCV-0058", "kubescape:C-0102"}, {"trivy:KCV-0059", "kubescape:C-0103"}}};
constexpr HostFile kubeconfigs[] = {
    {"/etc/kubernetes/admin.conf", "", 0600, "root", {"trivy:KCV-0060", "kubescape:C-0104"}, {"trivy:KCV-0061", "kubescape:C-0105"}},
    {"/etc/kubernetes/super-admin.conf", "", 0600, "root", {"kubescape:C-0104", ""}, {"kubescape:C-0105", ""}},
    {"/etc/kubernetes/scheduler.conf", "", 0600, "root", {"trivy:KCV-0062", "kubescape:C-0106"}, {"trivy:KCV-0063", "kubescape:C-0107"}},
    {"/etc/kubernetes/controller-manager.conf", "", 0600, "root", {"trivy:KCV-0064", "kubescape:C-0108"}, {"trivy:KCV-0065", "kubescape:C-0109"}},
};
constexpr HostFile kubelet[] = {
    {"/etc/systemd/system/kubelet.service", "", 0600, "root", {"trivy:KCV-0069", "kubescape:C-0162"}, {"trivy:KCV-0070", "kubescape:C-0163"}},
    {"/etc/systemd/system/kubelet.service.d/", "", 0600, "root", {"trivy:KCV-0069", "kubescape:C-0162"}, {"trivy:KCV-0070", "kubescape:C-0163"}},
    {"/var/lib/kube-proxy/", "", 0600, "root", {"trivy:KCV-0071", "kubescape:C-0164"}, {"trivy:KCV-0072", "kubescape:C-0165"}},
    {"/etc/kubernetes/kubelet.conf", "", 0600, "root", {"trivy:KCV-0073", "kubescape:C-0166"}, {"trivy:KCV-0074", "kubescape:C-0167"}},
    {"/var/lib/kubelet/config.yaml", "", 0600, "root", {"trivy:KCV-0077", "kubescape:C-0170"}, {"trivy:KCV-0078", "kubescape:C-0171"}},
};
constexpr HostFile pki[] = {
    {"/etc/kubernetes/pki/", ".key", 0600, "root", {"trivy:KCV-0068", "kubescape:C-0112"}, {"trivy:KCV-0066", "kubescape:C-0110"}},
    {"/etc/kubernetes/pki/", ".crt", 0644, "root", {"trivy:KCV-0067", "kubescape:C-0111"}, {"trivy:KCV-0066", "kubescape:C-0110"}},
};

bool is_at(std::string_view path, const HostFile& file) {
    const bool below = file.path.ends_with('/');
    return (below ? path.starts_with(file.path) && path.size() > file.path.size() : path == file.path) && path.ends_with(file.ending);
}

// Ignition writes modes as decimal numbers, cloud-init as octal text.
std::optional<unsigned> mode_of(yaml::Node node) {
    unsigned mode = 0;
    if (std::optional<std::int64_t> number = node.integer()) {
        if (*number < 0 || *number > 07777) return std::nullopt;
        return static_cast<unsigned>(*number);
    }
    const std::optional<std::string_view> text = node.text();
    if (!text || text->empty() || std::from_chars(text->data(), text->data() + text->size(), mode, 8).ptr != text->data() + text->size()) return std::nullopt;
    return mode;
}

void keep_aliases(Draft draft, const std::string_view (&aliases)[2]) {
    if (aliases[1].empty())
        draft.only({aliases[0]});
    else
        draft.only({aliases[0], aliases[1]});
}

void judge_entry(const HostFile& file, yaml::Node mode, yaml::Node owner, Reporter& report) {
    const std::optional<unsigned> bits = mode_of(mode);
    if (bits && (*bits & 0777 & ~file.widest))
        keep_aliases(report.at(mode, "others than the owner may read or change " + quote(file.path) + "; set mode " +
                                         (file.widest == 0700   ? "0700"
                                          : file.widest == 0600 ? "0600"
                                                                : "0644")),
                     file.mode_aliases);
    std::string_view user = owner.text_or_empty();
    user = user.substr(0, user.find(':'));
    if (!user.empty() && !owner.is_placeholder() && user != file.owner)
        keep_aliases(report.at(owner, quote(user) + " owns " + quote(file.path) + "; it should be " + std::string(file.owner)), file.owner_aliases);
}

template <const auto& files>
void run(const kubernetes::Object& object, Reporter& report) {
    auto judge_list = [&](yaml::Node list, std::string_view mode, std::string_view owner) {
        for (yaml::Node entry : list.items()) {
            const std::string_view path = entry["path"].text_or_empty();
            for (const HostFile& file : files)
                if (is_at(path, file)) judge_entry(file, entry[mode], entry.at(owner), report);
        }
    };
    if (object.kind() == "MachineConfig") {
        judge_list(object.at("spec.config.storage.files"), "mode", "user.name");
        judge_list(object.at("spec.config.storage.directories"), "mode", "user.name");
        return;
    }
    for (std::string_view root : {"spec.files", "spec.kubeadmConfigSpec.files", "spec.template.spec.files", "spec.template.spec.kubeadmConfigSpec.files"})
        judge_list(object.at(root), "permissions", "owner");
}

}

template <const auto& files>
constexpr Runner on_files() {
    return on_objects({"machineconfiguration.openshift.io/MachineConfig", "controlplane.cluster.x-k8s.io/KubeadmControlPlane",
                       "controlplane.cluster.x-k8s.io/KubeadmControlPlaneTemplate", "bootstrap.cluster.x-k8s.io/KubeadmConfig",
                       "bootstrap.cluster.x-k8s.io/KubeadmConfigTemplate"},
                      run<files>);
}

static constexpr Example host_files_control_plane_manifests_examples[] = {{.bad = R"(
apiVersion: bootstrap.cluster.x-k8s.io/v1beta1
kind: KubeadmConfig
metadata: {name: node}
spec:
  files:
  - path: /etc/kubernetes/manifests/kube-apiserver.yaml
    permissions: "0644"
                 ^^^^^^ others than the owner may read or change '/etc/kubernetes/manifests/kube-apiserver.yaml'; set mode 0600
    owner: ubuntu:ubuntu
           ^^^^^^^^^^^^^ 'ubuntu' owns '/etc/kubernetes/manifests/kube-apiserver.yaml'; it should be root
)",
                                                                           .good = R"(
apiVersion: bootstrap.cluster.x-k8s.io/v1beta1
kind: KubeadmConfig
metadata: {name: node}
spec:
  files:
  - path: /etc/kubernetes/manifests/kube-apiserver.yaml
    permissions: "0600"
    owner: root:root
)",
                                                                           .path = "app.yaml",
                                                                           .fixed = false}};

static constexpr Example host_files_cni_examples[] = {{.bad = R"(
apiVersion: bootstrap.cluster.x-k8s.io/v1beta1
kind: KubeadmConfig
metadata: {name: node}
spec:
  files:
  - path: /etc/cni/net.d/10-net.conf
    permissions: "0644"
                 ^^^^^^ others than the owner may read or change '/etc/cni/net.d/'; set mode 0600
    owner: ubuntu:ubuntu
           ^^^^^^^^^^^^^ 'ubuntu' owns '/etc/cni/net.d/'; it should be root
)",
                                                       .good = R"(
apiVersion: bootstrap.cluster.x-k8s.io/v1beta1
kind: KubeadmConfig
metadata: {name: node}
spec:
  files:
  - path: /etc/cni/net.d/10-net.conf
    permissions: "0600"
    owner: root:root
)",
                                                       .path = "app.yaml",
                                                       .fixed = false}};

static constexpr Example host_files_etcd_data_examples[] = {{.bad = R"(
apiVersion: machineconfiguration.openshift.io/v1
kind: MachineConfig
metadata: {name: node}
spec:
  config:
    storage:
      directories:
      - path: /var/lib/etcd
        mode: 493
              ^^^ others than the owner may read or change '/var/lib/etcd'; set mode 0700
        user: {name: core}
                     ^^^^ 'core' owns '/var/lib/etcd'; it should be etcd
)",
                                                             .good = R"(
apiVersion: machineconfiguration.openshift.io/v1
kind: MachineConfig
metadata: {name: node}
spec:
  config:
    storage:
      directories:
      - path: /var/lib/etcd
        mode: 448
        user: {name: etcd}
)",
                                                             .path = "app.yaml",
                                                             .fixed = false}};

static constexpr Example host_files_kubeconfigs_examples[] = {{.bad = R"(
apiVersion: bootstrap.cluster.x-k8s.io/v1beta1
kind: KubeadmConfig
metadata: {name: node}
spec:
  files:
  - path: /etc/kubernetes/admin.conf
    permissions: "0644"
                 ^^^^^^ others than the owner may read or change '/etc/kubernetes/admin.conf'; set mode 0600
    owner: ubuntu:ubuntu
           ^^^^^^^^^^^^^ 'ubuntu' owns '/etc/kubernetes/admin.conf'; it should be root
)",
                                                               .good = R"(
apiVersion: bootstrap.cluster.x-k8s.io/v1beta1
kind: KubeadmConfig
metadata: {name: node}
spec:
  files:
  - path: /etc/kubernetes/admin.conf
    permissions: "0600"
    owner: root:root
)",
                                                               .path = "app.yaml",
                                                               .fixed = false}};

static constexpr Example host_files_kubelet_examples[] = {{.bad = R"(
apiVersion: bootstrap.cluster.x-k8s.io/v1beta1
kind: KubeadmConfig
metadata: {name: node}
spec:
  files:
  - path: /var/lib/kubelet/config.yaml
    permissions: "0644"
                 ^^^^^^ others than the owner may read or change '/var/lib/kubelet/config.yaml'; set mode 0600
    owner: ubuntu:ubuntu
           ^^^^^^^^^^^^^ 'ubuntu' owns '/var/lib/kubelet/config.yaml'; it should be root
)",
                                                           .good = R"(
apiVersion: bootstrap.cluster.x-k8s.io/v1beta1
kind: KubeadmConfig
metadata: {name: node}
spec:
  files:
  - path: /var/lib/kubelet/config.yaml
    permissions: "0600"
    owner: root:root
)",
                                                           .path = "app.yaml",
                                                           .fixed = false}};

static constexpr Example host_files_pki_examples[] = {{.bad = R"(
apiVersion: bootstrap.cluster.x-k8s.io/v1beta1
kind: KubeadmConfig
metadata: {name: node}
spec:
  files:
  - path: /etc/kubernetes/pki/ca.key
    permissions: "0644"
                 ^^^^^^ others than the owner may read or change '/etc/kubernetes/pki/'; set mode 0600
    owner: ubuntu:ubuntu
           ^^^^^^^^^^^^^ 'ubuntu' owns '/etc/kubernetes/pki/'; it should be root
)",
                                                       .good = R"(
apiVersion: bootstrap.cluster.x-k8s.io/v1beta1
kind: KubeadmConfig
metadata: {name: node}
spec:
  files:
  - path: /etc/kubernetes/pki/ca.key
    permissions: "0600"
    owner: root:root
)",
                                                       .path = "app.yaml",
                                                       .fixed = false}};

static constexpr Check table[] = {
    {
        .id = "host-files-control-plane-manifests",
        .title = "Static-pod manifest files on the node: mode and owner.",
        .category = Category::compliance,
        .severity = Severity::info,
        .profile = Profile::strict,
        .why = "Whoever may change a static pod's manifest decides how the control plane runs on that node; reading it shows where "
               "keys lie.",
        .aliases = {"trivy:KCV-0048", "trivy:KCV-0049", "trivy:KCV-0050", "trivy:KCV-0051", "trivy:KCV-0052", "trivy:KCV-0053", "trivy:KCV-0054",
                    "trivy:KCV-0055", "kubescape:C-0092", "kubescape:C-0093", "kubescape:C-0094", "kubescape:C-0095", "kubescape:C-0096", "kubescape:C-0097",
                    "kubescape:C-0098", "kubescape:C-0099", "mondoo:secure-kube-apiserver-yml"},
        .standards = {"CIS-K8s-1.1.1", "CIS-K8s-1.1.2", "CIS-K8s-1.1.3", "CIS-K8s-1.1.4", "CIS-K8s-1.1.5", "CIS-K8s-1.1.6", "CIS-K8s-1.1.7", "CIS-K8s-1.1.8"},
        .examples = host_files_control_plane_manifests_examples,
        .run = on_files<control_plane_manifests>(),
    },
    {
        .id = "host-files-cni",
        .title = "CNI configuration files on the node: mode and owner.",
        .category = Category::compliance,
        .severity = Severity::info,
        .profile = Profile::strict,
        .why = "The files say how pods are connected; changing one can redirect or open their traffic.",
        .aliases = {"trivy:KCV-0056", "trivy:KCV-0057", "kubescape:C-0100", "kubescape:C-0101"},
        .standards = {"CIS-K8s-1.1.9", "CIS-K8s-1.1.10"},
        .examples = host_files_cni_examples,
        .run = on_files<cni>(),
    },
    {
        .id = "host-files-etcd-data",
        .title = "etcd data directory on the node: mode and owner.",
        .category = Category::compliance,
        .severity = Severity::info,
        .profile = Profile::strict,
        .why = "The directory holds the whole state of the cluster, Secrets included.",
        .aliases = {"trivy:KCV-0058", "trivy:KCV-0059", "kubescape:C-0102", "kubescape:C-0103", "mondoo:secure-etcd-data-dir"},
        .standards = {"CIS-K8s-1.1.11", "CIS-K8s-1.1.12"},
        .examples = host_files_etcd_data_examples,
        .run = on_files<etcd_data>(),
    },
    {
        .id = "host-files-kubeconfigs",
        .title = "Admin, scheduler and controller-manager kubeconfigs: mode and owner.",
        .category = Category::compliance,
        .severity = Severity::info,
        .profile = Profile::strict,
        .why = "Each of these files is a credential of an administrator or a control plane component.",
        .aliases = {"trivy:KCV-0060", "trivy:KCV-0061", "trivy:KCV-0062", "trivy:KCV-0063", "trivy:KCV-0064", "trivy:KCV-0065", "kubescape:C-0104",
                    "kubescape:C-0105", "kubescape:C-0106", "kubescape:C-0107", "kubescape:C-0108", "kubescape:C-0109", "mondoo:secure-admin-conf",
                    "mondoo:secure-scheduler_conf", "mondoo:secure-controller-manager_conf"},
        .standards = {"CIS-K8s-1.1.13", "CIS-K8s-1.1.14", "CIS-K8s-1.1.15", "CIS-K8s-1.1.16", "CIS-K8s-1.1.17", "CIS-K8s-1.1.18"},
        .examples = host_files_kubeconfigs_examples,
        .run = on_files<kubeconfigs>(),
    },
    {
        .id = "host-files-kubelet",
        .title = "kubelet and proxy files on the node: mode and owner.",
        .category = Category::compliance,
        .severity = Severity::info,
        .profile = Profile::strict,
        .why = "These files decide how the kubelet starts and whom it trusts; some hold its credentials.",
        .aliases = {"trivy:KCV-0069",
                    "trivy:KCV-0070",
                    "trivy:KCV-0071",
                    "trivy:KCV-0072",
                    "trivy:KCV-0073",
                    "trivy:KCV-0074",
                    "trivy:KCV-0075",
                    "trivy:KCV-0076",
                    "trivy:KCV-0077",
                    "trivy:KCV-0078",
                    "kubescape:C-0162",
                    "kubescape:C-0163",
                    "kubescape:C-0164",
                    "kubescape:C-0165",
                    "kubescape:C-0166",
                    "kubescape:C-0167",
                    "kubescape:C-0168",
                    "kubescape:C-0169",
                    "kubescape:C-0170",
                    "kubescape:C-0171",
                    "kubescape:C-0235",
                    "kubescape:C-0238",
                    "mondoo:secure-kubelet-config",
                    "mondoo:secure-kubelet-cert-authorities"},
        .standards = {"CIS-K8s-4.1.1", "CIS-K8s-4.1.2", "CIS-K8s-4.1.3", "CIS-K8s-4.1.4", "CIS-K8s-4.1.5", "CIS-K8s-4.1.6", "CIS-K8s-4.1.7", "CIS-K8s-4.1.8",
                      "CIS-K8s-4.1.9", "CIS-K8s-4.1.10"},
        .examples = host_files_kubelet_examples,
        .run = on_files<kubelet>(),
    },
    {
        .id = "host-files-pki",
        .title = "Kubernetes PKI files on the node: mode and owner.",
        .category = Category::compliance,
        .severity = Severity::info,
        .profile = Profile::strict,
        .why = "With a key from this directory anyone can make a certificate for any user of the cluster.",
        .aliases = {"trivy:KCV-0066", "trivy:KCV-0067", "trivy:KCV-0068", "kubescape:C-0110", "kubescape:C-0111", "kubescape:C-0112",
                    "mondoo:secure-pki-directory"},
        .standards = {"CIS-K8s-1.1.19", "CIS-K8s-1.1.20", "CIS-K8s-1.1.21"},
        .examples = host_files_pki_examples,
        .run = on_files<pki>(),
    },
};

extern constinit const std::span<const Check> host_files = table;

}
