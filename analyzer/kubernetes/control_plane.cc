#include "analyzer/kubernetes/control_plane.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "analyzer/kubernetes/component_flags.h"

namespace plimsoll::kubernetes {

namespace {

constexpr std::string_view programs[] = {"kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd", "kubelet", "kube-proxy"};

// Fields of KubeletConfiguration and the flags they replace. `safe`: the file's default is the safe one while the flag's is not.
struct FlagField {
    std::string_view path, flag;
    yaml::Type type;
    bool safe = false;
};
constexpr FlagField kubelet_fields[] = {
    {"authentication.anonymous.enabled", "anonymous-auth", yaml::Type::boolean, true},
    {"authentication.webhook.enabled", "authentication-token-webhook", yaml::Type::boolean, true},
    {"authentication.x509.clientCAFile", "client-ca-file", yaml::Type::text},
    {"authorization.mode", "authorization-mode", yaml::Type::text, true},
    {"readOnlyPort", "read-only-port", yaml::Type::integer, true},
    {"tlsCertFile", "tls-cert-file", yaml::Type::text},
    {"tlsPrivateKeyFile", "tls-private-key-file", yaml::Type::text},
    {"tlsCipherSuites", "tls-cipher-suites", yaml::Type::text},
    {"tlsMinVersion", "tls-min-version", yaml::Type::text},
    {"rotateCertificates", "rotate-certificates", yaml::Type::boolean},
    {"serverTLSBootstrap", "rotate-server-certificates", yaml::Type::boolean},
    {"protectKernelDefaults", "protect-kernel-defaults", yaml::Type::boolean},
    {"makeIPTablesUtilChains", "make-iptables-util-chains", yaml::Type::boolean},
    {"eventRecordQPS", "event-qps", yaml::Type::integer},
    {"podPidsLimit", "pod-max-pids", yaml::Type::integer},
    {"seccompDefault", "seccomp-default", yaml::Type::boolean},
    {"featureGates", "feature-gates", yaml::Type::boolean},
};
constexpr FlagField authentication_fields[] = {{"anonymous.enabled", "anonymous-auth", yaml::Type::boolean, true}};
constexpr FlagField proxy_fields[] = {{"metricsBindAddress", "metrics-bind-address", yaml::Type::text, true}};

const FlagField* field_of(std::string_view flag) {
    auto found = std::find_if(std::begin(kubelet_fields), std::end(kubelet_fields), [&](const FlagField& field) { return field.flag == flag; });
    return found == std::end(kubelet_fields) ? nullptr : found;
}

// Flags that kubeadm passes unless extraArgs say otherwise.
bool set_by_kubeadm(Component component, std::string_view flag) {
    static constexpr std::string_view api_server[] = {
        "authorization-mode",
        "client-ca-file",
        "enable-admission-plugins",
        "etcd-cafile",
        "etcd-certfile",
        "etcd-keyfile",
        "insecure-port",
        "kubelet-client-certificate",
        "kubelet-client-key",
        "secure-port",
        "service-account-key-file",
        "tls-cert-file",
        "tls-private-key-file",
    };
    static constexpr std::string_view controller_manager[] = {
        "bind-address", "client-ca-file", "root-ca-file", "service-account-private-key-file", "use-service-account-credentials",
    };
    static constexpr std::string_view scheduler[] = {"bind-address"};
    static constexpr std::string_view etcd[] = {
        "cert-file", "client-cert-auth", "key-file", "peer-cert-file", "peer-client-cert-auth", "peer-key-file", "peer-trusted-ca-file", "trusted-ca-file",
    };
    auto among = [&](const auto& list) { return std::find(std::begin(list), std::end(list), flag) != std::end(list); };
    switch (component) {
        case Component::api_server: return among(api_server);
        case Component::controller_manager: return among(controller_manager);
        case Component::scheduler: return among(scheduler);
        case Component::etcd: return among(etcd);
        case Component::kubelet:
        case Component::proxy: break;
    }
    return false;
}

bool configured_by_kubeadm(const Object& object) {
    const auto& objects = object.manifest().objects();
    return std::any_of(objects.begin(), objects.end(), [](const auto& other) { return other->group() == "kubeadm.k8s.io"; });
}

std::optional<int> minor_of(std::string_view version) {
    if (version.starts_with('v')) version.remove_prefix(1);
    if (!version.starts_with("1.")) return std::nullopt;
    int minor = 0;
    auto [end, error] = std::from_chars(version.data() + 2, version.data() + version.size(), minor);
    if (error != std::errc() || end == version.data() + 2) return std::nullopt;
    return minor;
}

void add_value(Settings& out, std::string flag, std::string shown, yaml::Node value, bool known) {
    Setting setting;
    setting.name = std::move(flag);
    setting.shown = std::move(shown);
    setting.value = std::string(value.scalar());
    setting.known = known && !value.is_placeholder() && setting.value.find("$(") == std::string::npos;
    setting.node = value;
    setting.value_span = value.span();
    setting.name_span = value.key() ? value.key().span() : value.span();
    out.settings.push_back(std::move(setting));
}

// extraArgs: a mapping up to v1beta3, a list of {name, value} since v1beta4.
void add_extra_args(Settings& out, yaml::Node args) {
    for (yaml::Entry entry : args.entries())
        add_value(out, flag_name(entry.key.scalar()), std::string(entry.key.scalar()), entry.value, entry.value.text().has_value());
    for (yaml::Node item : args.items()) {
        const yaml::Node name = item["name"];
        if (!name.text() || name.is_placeholder()) {
            out.complete = false;
            continue;
        }
        add_value(out, flag_name(name.scalar()), std::string(name.scalar()), item["value"], item["value"].text().has_value());
    }
    if (args.is_set() && !args.is_mapping() && !args.is_sequence()) out.complete = false;
}

std::string_view kubeadm_section(Component component) {
    switch (component) {
        case Component::api_server: return "apiServer";
        case Component::controller_manager: return "controllerManager";
        case Component::scheduler: return "scheduler";
        case Component::etcd: return "etcd.local";
        case Component::kubelet: return "nodeRegistration";
        case Component::proxy: break;
    }
    return {};
}

// Reads kubeadm's settings below `prefix` of the object.
std::optional<Settings> read_kubeadm(const Object& object, Component component, std::string prefix, yaml::Node configuration) {
    const std::string_view section = kubeadm_section(component);
    if (section.empty() || !configuration.is_mapping()) return std::nullopt;
    const std::string_view last = component == Component::kubelet ? "kubeletExtraArgs" : "extraArgs";
    const yaml::Node args = configuration.at(section)[last];
    if (!args.is_set()) return std::nullopt;
    Settings out;
    out.component = component;
    out.source = SettingsSource::kubeadm;
    out.object = &object;
    // kubeadm passes the kubelet a configuration file besides.
    out.complete = !object.is_fragment() && component != Component::kubelet;
    out.path = std::move(prefix.append(section).append(".").append(last));
    out.minor = minor_of(configuration["kubernetesVersion"].text_or_empty());
    add_extra_args(out, args);
    return out;
}

std::optional<Settings> read_cluster_api(const Object& object, Component component) {
    for (std::string_view root : {"spec.kubeadmConfigSpec", "spec.template.spec.kubeadmConfigSpec", "spec.template.spec", "spec"}) {
        const yaml::Node spec = object.at(root);
        const bool kubelet = component == Component::kubelet;
        for (std::string_view part : {"clusterConfiguration", "initConfiguration", "joinConfiguration"}) {
            if (kubelet == (part == "clusterConfiguration")) continue;
            if (auto found = read_kubeadm(object, component, std::string(root).append(".").append(part).append("."), spec[part])) return found;
        }
    }
    return std::nullopt;
}

// Lists of "flag=value": `kube-apiserver-arg` of K3s and RKE2, extraArgs of their Cluster API providers.
std::optional<Settings> read_flag_list(const Object& object, Component component, std::string path) {
    const yaml::Node list = object.at(path);
    if (!list.is_sequence()) return std::nullopt;
    Settings out;
    out.component = component;
    out.source = SettingsSource::flag_list;
    out.object = &object;
    out.complete = false;
    out.path = std::move(path);
    for (yaml::Node item : list.items()) add_assignment(out, item);
    return out;
}

// config.yaml of K3s and RKE2: one flag or a list of them; "kubelet-arg+" adds to what other files of config.yaml.d say.
std::optional<Settings> read_rancher_config(const Object& object, Component component) {
    const std::string key = std::string(programs[static_cast<std::size_t>(component)]).append("-arg");
    const std::string more = key + "+";
    const yaml::Node kernel = component == Component::kubelet ? object["protect-kernel-defaults"] : yaml::Node();
    const yaml::Node args = object[key] ? object[key] : object[more];
    if (!args.is_set() && !kernel.is_set()) return std::nullopt;
    Settings out;
    out.component = component;
    out.source = SettingsSource::flag_list;
    out.object = &object;
    out.complete = false;
    out.path = args.is_set() && !object[key] ? more : key;
    if (args.is_scalar()) add_assignment(out, args);
    for (yaml::Node item : args.items()) add_assignment(out, item);
    if (kernel.is_set()) add_value(out, "protect-kernel-defaults", "protect-kernel-defaults", kernel, kernel.boolean().has_value());
    return out;
}

std::optional<Settings> read_rancher(const Object& object, Component component) {
    static constexpr std::string_view sections[] = {"kubeAPIServer", "kubeControllerManager", "kubeScheduler", "etcd", "kubelet", "kubeProxy"};
    const auto index = static_cast<std::size_t>(component);
    if (object.group() == "provisioning.cattle.io")
        return read_flag_list(object, component, std::string("spec.rkeConfig.machineGlobalConfig.").append(programs[index]).append("-arg"));
    for (std::string_view root : {"spec.serverConfig.", "spec.template.spec.serverConfig.", "spec.agentConfig.", "spec.template.spec.agentConfig.",
                                  "spec.kthreesConfigSpec.serverConfig."})
        if (auto found = read_flag_list(object, component, std::string(root).append(sections[index]).append(".extraArgs"))) return found;
    return std::nullopt;
}

void add_field(Settings& out, const FlagField& field, yaml::Node value) {
    for (yaml::Node item : value.items()) add_value(out, std::string(field.flag), std::string(field.path), item, item.text().has_value());
    for (yaml::Entry entry : value.entries()) {
        add_value(out, std::string(field.flag), std::string(field.path), entry.value, entry.value.boolean().has_value());
        out.settings.back().value.insert(0, std::string(entry.key.scalar()) + "=");
        out.settings.back().verbatim = false;
    }
    if (value.is_scalar() && value.is_set()) {
        add_value(out, std::string(field.flag), std::string(field.path), value, value.type() == field.type);
        if (auto boolean = value.boolean()) out.settings.back().value = *boolean ? "true" : "false";
    }
}

// Reads the fields below a node of the object.
template <std::size_t count>
Settings read_fields(const Object& object, Component component, const FlagField (&fields)[count], yaml::Node below) {
    Settings out;
    out.component = component;
    out.source = SettingsSource::file;
    out.object = &object;
    out.complete = false;
    for (const FlagField& field : fields)
        if (yaml::Node value = below.at(field.path)) add_field(out, field, value);
    return out;
}

std::optional<Settings> read_kubelet(const Object& object) {
    if (object.is("kubelet.config.k8s.io/KubeletConfiguration")) {
        Settings out = read_fields(object, Component::kubelet, kubelet_fields, object.node());
        out.complete = !object.is_fragment();
        return out;
    }
    // What the node agents of OpenShift and EKS merge into their own configuration.
    if (object.is("machineconfiguration.openshift.io/KubeletConfig"))
        return read_fields(object, Component::kubelet, kubelet_fields, object.at("spec.kubeletConfig"));
    if (object.is("node.eks.aws/NodeConfig")) return read_fields(object, Component::kubelet, kubelet_fields, object.at("spec.kubelet.config"));
    return std::nullopt;
}

// With conditions anonymous requests reach the named paths only.
std::optional<Settings> read_authentication(const Object& object) {
    if (!object["anonymous"]["conditions"].items().empty()) return std::nullopt;
    return read_fields(object, Component::api_server, authentication_fields, object.node());
}

// Moves a setting of a text inside a scalar to that scalar.
void lift(Setting& setting, const Source& inner, yaml::Node outer) {
    const Span value = setting.value_span;
    setting.verbatim = inner.slice(value) == setting.value;
    setting.node = outer;
    setting.offset = value.begin;
    setting.name_span = outer.place(setting.name_span.begin, setting.name_span.end);
    setting.value_span = outer.place(value.begin, value.end);
}

// kubeadm keeps its own, the kubelets' and kube-proxy's configuration as text in ConfigMaps called kubeadm-config, kubelet-config and kube-proxy.
std::optional<Settings> read_config_map(const Object& object, Component component) {
    if (!object.name().starts_with("kube")) return std::nullopt;
    for (yaml::Entry entry : object["data"].entries()) {
        const std::string_view text = entry.value.scalar();
        if (text.find(".k8s.io/") == std::string_view::npos || text.find("Configuration") == std::string_view::npos) continue;
        const Source inner(object.manifest().source().path(), std::string(text));
        const Manifest manifest(inner);
        for (const auto& part : manifest.objects()) {
            std::optional<Settings> found = part->is("ConfigMap") ? std::nullopt : settings_of(*part, component);
            if (!found) continue;
            for (Setting& setting : found->settings) lift(setting, inner, entry.value);
            found->object = &object;
            found->complete = false;
            found->path = "data";
            return found;
        }
    }
    return std::nullopt;
}

}

std::string_view program_of(Component component) { return programs[static_cast<std::size_t>(component)]; }

const Setting* Settings::find(std::string_view flag) const {
    auto found = std::find_if(settings.rbegin(), settings.rend(), [&](const Setting& setting) { return setting.name == flag; });
    return found == settings.rend() ? nullptr : &*found;
}

std::vector<ListItem> Settings::items(std::string_view flag) const {
    std::vector<ListItem> out;
    for (const Setting& setting : settings) {
        if (setting.name != flag) continue;
        const std::string_view value = setting.value;
        for (std::size_t begin = 0; begin <= value.size();) {
            const std::size_t end = std::min(value.find(',', begin), value.size());
            if (end > begin) out.push_back({value.substr(begin, end - begin), &setting, setting.part(begin, end)});
            begin = end + 1;
        }
    }
    return out;
}

bool Settings::absent(std::string_view flag) const {
    if (!complete || find(flag)) return false;
    if (source == SettingsSource::kubeadm) return !set_by_kubeadm(component, flag);
    if (source != SettingsSource::file) return true;
    const FlagField* field = field_of(flag);
    if (!field || field->safe) return false;
    return !((flag == "client-ca-file" || flag == "rotate-certificates") && configured_by_kubeadm(*object));
}

bool Settings::known(std::string_view flag) const {
    return std::none_of(settings.begin(), settings.end(), [&](const Setting& setting) { return setting.name == flag && !setting.known; });
}

std::string Settings::shown(std::string_view flag) const {
    if (source == SettingsSource::file)
        if (const FlagField* field = field_of(flag)) return std::string(field->path);
    return source == SettingsSource::container ? std::string("--").append(flag) : std::string(flag);
}

std::string Settings::place_for(std::string_view flag) const {
    if (source == SettingsSource::file)
        if (const FlagField* field = field_of(flag)) return std::string(field->path);
    return path;
}

std::optional<Settings> settings_of(const Container& container, Component component) {
    std::optional<Settings> out = read_command_line(container, component);
    if (!out) return std::nullopt;
    out->component = component;
    out->container = &container;
    out->path = container["args"].is_set() ? "args" : "command";
    if (container.pod->partial) out->complete = false;
    if (component != Component::etcd)
        if (auto image = container.image()) out->minor = minor_of(image->tag_value());
    return out;
}

std::optional<Settings> settings_of(const Object& object, Component component) {
    const std::string_view group = object.group();
    if (group.empty()) return object.is("ConfigMap") ? read_config_map(object, component) : std::nullopt;
    if (group == "kubeadm.k8s.io") return read_kubeadm(object, component, {}, object.node());
    if (component == Component::api_server && object.is("apiserver.config.k8s.io/AuthenticationConfiguration")) return read_authentication(object);
    if (component == Component::proxy && object.is("kubeproxy.config.k8s.io/KubeProxyConfiguration"))
        return read_fields(object, component, proxy_fields, object.node());
    if (component == Component::kubelet && (group == "kubelet.config.k8s.io" || group == "machineconfiguration.openshift.io" || group == "node.eks.aws"))
        return read_kubelet(object);
    if (object.is("k3s.io/Config")) return read_rancher_config(object, component);
    if (group == "provisioning.cattle.io" || object.kind().starts_with("RKE2") || object.kind().starts_with("KThrees")) return read_rancher(object, component);
    if (group == "controlplane.cluster.x-k8s.io" || group == "bootstrap.cluster.x-k8s.io") return read_cluster_api(object, component);
    return std::nullopt;
}

std::optional<std::int64_t> duration_seconds(std::string_view text) {
    if (text == "0") return 0;
    double total = 0;
    if (text.empty()) return std::nullopt;
    while (!text.empty()) {
        const std::size_t digits = std::min(text.find_first_not_of("0123456789."), text.size());
        double number = 0;
        auto [end, error] = std::from_chars(text.data(), text.data() + digits, number);
        if (error != std::errc() || end != text.data() + digits) return std::nullopt;
        text.remove_prefix(digits);
        const std::size_t letters = std::min(text.find_first_of("0123456789."), text.size());
        const std::string_view unit = text.substr(0, letters);
        text.remove_prefix(letters);
        static constexpr std::pair<std::string_view, double> units[] = {{"h", 3600}, {"m", 60}, {"s", 1}, {"ms", 1e-3}, {"us", 1e-6}, {"ns", 1e-9}};
        auto found = std::find_if(std::begin(units), std::end(units), [&](const auto& known) { return known.first == unit; });
        if (found == std::end(units)) return std::nullopt;
        total += number * found->second;
    }
    return static_cast<std::int64_t>(std::min(total, 9e15) + 0.999999);
}

std::string_view host_of(std::string_view address) {
    if (address.starts_with('[')) return address.substr(1, std::min(address.find(']'), address.size()) - 1);
    const std::size_t colon = address.find(':');
    return colon != std::string_view::npos && colon == address.rfind(':') ? address.substr(0, colon) : address;
}

bool is_loopback(std::string_view host) { return host.starts_with("127.") || host == "::1" || host == "localhost"; }

}
