#pragma once

#include <charconv>
#include <string>
#include <string_view>

#include "analyzer/engine/kubernetes_check.h"
#include "analyzer/kubernetes/component_flags.h"
#include "analyzer/kubernetes/control_plane.h"

// What a flag of a cluster component must be. A check of one flag is a row of data; the rest is here.

namespace plimsoll::checks {

enum class Must : std::uint8_t {
    be_set,
    be_unset,
    be_false,      // on by default
    be_true,       // off by default
    not_be_true,   // off by default, and that is right
    not_be_false,
    be_at_least,   // the number of the option "min"
    be_zero,
    contain,   // a list flag: the item `want`
    not_contain,
    be_loopback,   // the address it listens at
};

struct FlagRule {
    kubernetes::Component component;
    std::string_view flag;
    Must must;
    std::string_view reason;            // ends the message
    std::string_view want = {};         // item of a list; value that a boolean or address should have is implied
    std::string_view pair = {};         // a flag that must be set as well
    std::string_view also = {};         // an older flag that counts the same
    std::string_view unless = {};       // a flag that moves the matter elsewhere: nothing is said about what is missing
    std::string_view by_default = {};   // what a missing flag means, when that is wrong
};

inline Draft at_setting(const kubernetes::Settings& settings, const kubernetes::Setting& setting, Span span, Reporter& report, std::string message) {
    const kubernetes::Object* object = settings.container ? settings.container->pod->object : settings.object;
    return report.at(span, std::move(message)).field(setting.node.path(object->node()));
}

inline Draft at_missing(const kubernetes::Settings& settings, std::string_view flag, Reporter& report, std::string message) {
    const std::string place = settings.place_for(flag);
    if (settings.container) return report.missing(*settings.container, place, std::move(message));
    return report.missing(*settings.object, place, std::move(message));
}

// "--profiling is 'true'"
inline std::string says(const kubernetes::Setting& setting) { return setting.shown + " is " + quote(setting.value); }

inline void judge_set(const FlagRule& rule, const kubernetes::Settings& settings, Reporter& report) {
    for (std::string_view flag : {rule.flag, rule.pair}) {
        if (flag.empty()) continue;
        const kubernetes::Setting* setting = settings.find(flag);
        if (!rule.also.empty() && settings.find(rule.also)) return;
        if (settings.absent(flag)) return (void)at_missing(settings, flag, report, settings.shown(flag) + " is not set: " + std::string(rule.reason));
        if (setting && setting->known && setting->value.empty())
            return (void)at_setting(settings, *setting, setting->value_span, report, setting->shown + " is empty: " + std::string(rule.reason));
    }
}

inline void judge_boolean(const FlagRule& rule, const kubernetes::Settings& settings, Reporter& report) {
    const bool wanted = rule.must == Must::be_true || rule.must == Must::not_be_false;
    const std::string advice = std::string(rule.reason) + (wanted ? "; set it to true" : "; set it to false");
    if (const kubernetes::Setting* setting = settings.find(rule.flag)) {
        const std::optional<bool> value = kubernetes::flag_boolean(setting->value);
        if (setting->known && value && *value != wanted) at_setting(settings, *setting, setting->value_span, report, says(*setting) + ": " + advice);
    } else if ((rule.must == Must::be_true || rule.must == Must::be_false) && settings.absent(rule.flag)) {
        at_missing(settings, rule.flag, report, settings.shown(rule.flag) + (wanted ? " is off by default: " : " is on by default: ") + advice);
    }
}

inline void judge_number(const FlagRule& rule, const kubernetes::Settings& settings, Reporter& report) {
    const long least = report.number("min");
    const std::string advice = "; set it to " + std::to_string(least) + " or more";
    const kubernetes::Setting* setting = settings.find(rule.flag);
    if (!setting) {
        if (settings.absent(rule.flag))
            at_missing(settings, rule.flag, report, settings.shown(rule.flag) + " is not set: " + std::string(rule.reason) + advice);
        return;
    }
    long value = 0;
    const char* end = setting->value.data() + setting->value.size();
    if (!setting->known || std::from_chars(setting->value.data(), end, value).ptr != end || value >= least) return;
    at_setting(settings, *setting, setting->value_span, report, says(*setting) + ": " + std::string(rule.reason) + advice);
}

inline void judge_contains(const FlagRule& rule, const kubernetes::Settings& settings, Reporter& report) {
    if (!settings.known(rule.flag)) return;
    for (std::string_view flag : {rule.flag, rule.also})
        for (const kubernetes::ListItem& item : settings.items(flag))
            if (item.text == rule.want) return;
    const kubernetes::Setting* setting = settings.find(rule.flag);
    if (!setting && !rule.also.empty()) setting = settings.find(rule.also);
    const std::string what = std::string(rule.want) + ": " + std::string(rule.reason);
    if (setting)
        at_setting(settings, *setting, setting->value_span, report, setting->shown + " lacks " + what);
    else if (settings.absent(rule.flag))
        at_missing(settings, rule.flag, report, settings.shown(rule.flag) + " is not set and lacks " + what);
}

// A missing flag whose default is wrong.
inline void judge_default(const FlagRule& rule, const kubernetes::Settings& settings, Reporter& report, std::string_view advice) {
    if (!rule.by_default.empty() && settings.absent(rule.flag))
        at_missing(settings, rule.flag, report,
                   settings.shown(rule.flag) + " is not set and means " + std::string(rule.by_default) + ": " + std::string(rule.reason) + std::string(advice));
}

inline void judge_excludes(const FlagRule& rule, const kubernetes::Settings& settings, Reporter& report) {
    for (std::string_view flag : {rule.flag, rule.also})
        for (const kubernetes::ListItem& item : settings.items(flag))
            if (item.setting->known && item.text == rule.want)
                at_setting(settings, *item.setting, item.span, report,
                           quote(rule.want) + " in " + item.setting->shown + ": " + std::string(rule.reason) + "; remove it");
    judge_default(rule, settings, report, "");
}

inline void judge_zero(const FlagRule& rule, const kubernetes::Settings& settings, Reporter& report) {
    const kubernetes::Setting* setting = settings.find(rule.flag);
    if (setting && setting->known && setting->value != "0")
        at_setting(settings, *setting, setting->value_span, report, says(*setting) + ": " + std::string(rule.reason) + "; set it to 0");
    judge_default(rule, settings, report, "; set it to 0");
}

inline void judge_address(const FlagRule& rule, const kubernetes::Settings& settings, Reporter& report) {
    constexpr std::string_view advice = "; set it to 127.0.0.1";
    const kubernetes::Setting* setting = settings.find(rule.flag);
    if (!setting && !rule.also.empty()) setting = settings.find(rule.also);
    if (!setting) return judge_default(rule, settings, report, advice);
    if (setting->known && !setting->value.empty() && !kubernetes::is_loopback(kubernetes::host_of(setting->value)))
        at_setting(settings, *setting, setting->value_span, report, says(*setting) + ": " + std::string(rule.reason) + std::string(advice));
}

inline void judge(const FlagRule& rule, const kubernetes::Settings& settings, Reporter& report) {
    if (!rule.unless.empty() && settings.find(rule.unless)) return;
    switch (rule.must) {
        case Must::be_set: return judge_set(rule, settings, report);
        case Must::be_unset:
            if (const kubernetes::Setting* setting = settings.find(rule.flag); setting && !(setting->known && setting->value.empty()))
                at_setting(settings, *setting, setting->name_span, report, setting->shown + " is set: " + std::string(rule.reason) + "; remove it");
            return;
        case Must::be_false:
        case Must::be_true:
        case Must::not_be_true:
        case Must::not_be_false: return judge_boolean(rule, settings, report);
        case Must::be_at_least: return judge_number(rule, settings, report);
        case Must::be_zero: return judge_zero(rule, settings, report);
        case Must::contain: return judge_contains(rule, settings, report);
        case Must::not_contain: return judge_excludes(rule, settings, report);
        case Must::be_loopback: return judge_address(rule, settings, report);
    }
}

// Runs a function on all places that configure a component.
template <kubernetes::Component component, void (*judge_settings)(const kubernetes::Settings&, Reporter&)>
constexpr Runner on_settings() {
    constexpr RunOnContainer run_container = [](const kubernetes::Container& container, Reporter& report) {
        if (auto settings = kubernetes::settings_of(container, component)) judge_settings(*settings, report);
    };
    constexpr RunOnObject run_object = [](const kubernetes::Object& object, Reporter& report) {
        if (auto settings = kubernetes::settings_of(object, component)) judge_settings(*settings, report);
    };
    return on_containers(run_container) |
           on_objects({"kubeadm.k8s.io/ClusterConfiguration", "kubeadm.k8s.io/InitConfiguration", "kubeadm.k8s.io/JoinConfiguration",
                       "kubelet.config.k8s.io/KubeletConfiguration", "kubeproxy.config.k8s.io/KubeProxyConfiguration",
                       "apiserver.config.k8s.io/AuthenticationConfiguration", "machineconfiguration.openshift.io/KubeletConfig", "node.eks.aws/NodeConfig",
                       "ConfigMap", "provisioning.cattle.io/Cluster", "controlplane.cluster.x-k8s.io/KubeadmControlPlane",
                       "controlplane.cluster.x-k8s.io/KubeadmControlPlaneTemplate", "bootstrap.cluster.x-k8s.io/KubeadmConfig",
                       "bootstrap.cluster.x-k8s.io/KubeadmConfigTemplate", "controlplane.cluster.x-k8s.io/RKE2ControlPlane",
                       "bootstrap.cluster.x-k8s.io/RKE2ConfigTemplate", "controlplane.cluster.x-k8s.io/KThreesControlPlane", "k3s.io/Config"},
                      run_object);
}

template <const FlagRule& rule>
void judge_rule(const kubernetes::Settings& settings, Reporter& report) {
    judge(rule, settings, report);
}

template <const FlagRule& rule>
constexpr Runner on_flag() {
    return on_settings<rule.component, judge_rule<rule>>();
}

}
