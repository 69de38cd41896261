#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analyzer/kubernetes/object.h"
#include "analyzer/kubernetes/pod.h"

// The settings of the programs a cluster is made of, wherever a manifest states them: flags of a container, kubeadm's extraArgs,
// KubeletConfiguration. All go by the name of the component's flag.

namespace plimsoll::kubernetes {

enum class Component : std::uint8_t { api_server, controller_manager, scheduler, etcd, kubelet, proxy };

// The program's base name: "kube-apiserver".
std::string_view program_of(Component component);

// One flag or configuration field, and where it stands. Views point into the manifest or into the Settings that hold it.
struct Setting {
    std::string name;         // the flag's name without dashes
    std::string shown;        // as its author wrote it: "--profiling", "authentication.anonymous.enabled"
    std::string value;        // "true" for a boolean flag without a value
    bool known = true;        // false: a placeholder, $(VAR), shell variable or a value of the wrong type
    yaml::Node node;          // the item, script or field that holds the value
    Span name_span;           // the flag's name
    Span value_span;          // its value; the name when it has none of its own
    std::size_t offset = 0;   // where the value starts in the node's text
    bool verbatim = true;     // value is the node's text from `offset` on

    // Bytes of value[from, to).
    Span part(std::size_t from, std::size_t to) const { return verbatim ? node.place(offset + from, offset + to) : value_span; }
};

// An element of a flag that takes a list.
struct ListItem {
    std::string_view text;
    const Setting* setting = nullptr;
    Span span;
};

enum class SettingsSource : std::uint8_t { container, kubeadm, file, flag_list };

// What one place says about one component.
class Settings {
public:
    Component component{};
    SettingsSource source = SettingsSource::container;
    const Container* container = nullptr;   // for SettingsSource::container
    const Object* object = nullptr;         // for the others
    std::vector<Setting> settings;
    bool complete = true;       // nothing else sets flags of this component: one that is not here has its default
    std::optional<int> minor;   // of the Kubernetes version 1.x that runs, by the image's tag or kubernetesVersion

    // The setting that counts: the last one. Null when there is none.
    const Setting* find(std::string_view flag) const;
    // All elements of a list flag; repeated flags add up.
    std::vector<ListItem> items(std::string_view flag) const;
    // No place that could set the flag does: the component runs with its own default, and that is not the one of a configuration file
    // or of kubeadm, where those differ.
    bool absent(std::string_view flag) const;
    // All values that were given for the flag are known.
    bool known(std::string_view flag) const;
    // How the author would write the flag here: "--profiling", "profiling" in extraArgs, the field's path in a configuration file.
    std::string shown(std::string_view flag) const;
    // The field that should hold a missing flag, below the container or the object.
    std::string place_for(std::string_view flag) const;
    // Where the flags are in the container or the object.
    std::string path;
};

// What the container runs as that component: nullopt when it runs something else. The base name of the command decides, behind
// shells, hyperkube and go-runner too; without a command, the image's own name. Cheap for containers that run anything else.
std::optional<Settings> settings_of(const Container& container, Component component);

// What an object configures for the component: kubeadm's ClusterConfiguration, InitConfiguration and JoinConfiguration, also inside Cluster API's
// objects; KubeletConfiguration, also inside OpenShift's and EKS's; KubeProxyConfiguration; AuthenticationConfiguration; these as text in the
// ConfigMaps of kubeadm; the lists of flags that Rancher's cluster objects and the configuration files of K3s and RKE2 carry.
std::optional<Settings> settings_of(const Object& object, Component component);

// A Go duration ("1h30m", "0s", "0") in seconds, rounded up; nullopt when it is none.
std::optional<std::int64_t> duration_seconds(std::string_view text);
// The address part of "host:port", "[::1]:80" or a bare address.
std::string_view host_of(std::string_view address);
bool is_loopback(std::string_view host);

}
