#include "analyzer/kubernetes/component_flags.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "analyzer/shell/script.h"
#include "analyzer/text/path.h"

namespace plimsoll::kubernetes {

namespace {

// A word of a command line and where it lies in the text of its node.
struct Word {
    std::string text;
    yaml::Node node;
    std::size_t offset = 0;
    std::size_t length = 0;   // in the node's text, quotes of the shell included
    bool verbatim = true;     // text is the node's text at `offset`
    bool known = true;

    Span part(std::size_t from, std::size_t to) const { return verbatim ? node.place(offset + from, offset + to) : node.place(offset, offset + length); }
};

using Words = std::vector<Word>;

template <std::size_t count>
bool among(const std::string_view (&list)[count], std::string_view text) {
    return std::find(std::begin(list), std::end(list), text) != std::end(list);
}

// These take no value from the next word.
bool is_boolean(Component component, std::string_view flag) {
    static constexpr std::string_view api_server[] = {
        "allow-privileged",
        "anonymous-auth",
        "audit-log-compress",
        "audit-log-truncate-enabled",
        "audit-webhook-truncate-enabled",
        "contention-profiling",
        "emulation-forward-compatible",
        "enable-aggregator-routing",
        "enable-bootstrap-token-auth",
        "enable-garbage-collector",
        "enable-logs-handler",
        "enable-priority-and-fairness",
        "enable-swagger-ui",
        "encryption-provider-config-automatic-reload",
        "kubelet-https",
        "logtostderr",
        "alsologtostderr",
        "permit-address-sharing",
        "permit-port-sharing",
        "profiling",
        "repair-malformed-updates",
        "service-account-extend-token-expiration",
        "service-account-lookup",
        "watch-cache",
        "shutdown-send-retry-after",
    };
    static constexpr std::string_view managers[] = {
        "allocate-node-cidrs",
        "alsologtostderr",
        "configure-cloud-routes",
        "contention-profiling",
        "enable-dynamic-provisioning",
        "enable-garbage-collector",
        "enable-hostpath-provisioner",
        "enable-leader-migration",
        "enable-taint-manager",
        "leader-elect",
        "logtostderr",
        "permit-address-sharing",
        "permit-port-sharing",
        "profiling",
        "use-service-account-credentials",
        "authentication-skip-lookup",
        "authentication-tolerate-lookup-failure",
    };
    static constexpr std::string_view etcd[] = {
        "auto-tls",
        "peer-auto-tls",
        "client-cert-auth",
        "peer-client-cert-auth",
        "enable-pprof",
        "enable-v2",
        "pre-vote",
        "debug",
        "strict-reconfig-check",
        "force-new-cluster",
        "experimental-initial-corrupt-check",
        "enable-grpc-gateway",
        "socket-reuse-port",
        "socket-reuse-address",
        "initial-election-tick-advance",
        "unsafe-no-fsync",
        "version",
    };
    static constexpr std::string_view kubelet[] = {
        "allow-privileged",
        "alsologtostderr",
        "anonymous-auth",
        "authentication-token-webhook",
        "cgroups-per-qos",
        "cloud-provider-external",
        "containerized",
        "contention-profiling",
        "cpu-cfs-quota",
        "enable-controller-attach-detach",
        "enable-debugging-handlers",
        "enable-server",
        "experimental-fail-swap-on",
        "exit-on-lock-contention",
        "fail-swap-on",
        "keep-terminated-pod-volumes",
        "kernel-memcg-notification",
        "local-storage-capacity-isolation",
        "logtostderr",
        "make-iptables-util-chains",
        "protect-kernel-defaults",
        "register-node",
        "register-schedulable",
        "rotate-certificates",
        "rotate-server-certificates",
        "runonce",
        "seccomp-default",
        "serialize-image-pulls",
        "require-kubeconfig",
    };
    static constexpr std::string_view proxy[] = {"masquerade-all",        "profiling", "cleanup", "init-only", "logtostderr", "iptables-localhost-nodeports",
                                                 "bind-address-hard-fail"};
    switch (component) {
        case Component::api_server: return among(api_server, flag);
        case Component::controller_manager:
        case Component::scheduler: return among(managers, flag);
        case Component::etcd: return among(etcd, flag);
        case Component::kubelet: return among(kubelet, flag);
        case Component::proxy: return among(proxy, flag);
    }
    return false;
}

Word word_of(yaml::Node item) {
    const std::string_view text = item.scalar();
    return {std::string(text), item, 0, text.size(), true, !item.is_placeholder() && text.find("$(") == std::string_view::npos};
}

Word word_of(yaml::Node script, const shell::Word& word) {
    const Span span = word.text.span;   // in the decoded script
    return {word.value, script, span.begin, span.size(), word.text.value == word.value && span.size() == word.value.size(), word.literal};
}

void add_words(Words& out, yaml::Node list) {
    for (yaml::Node item : list.items()) out.push_back(word_of(item));
}

// Fills a setting from the part of a word that begins after "=", or from a word of its own.
void take_value(Setting& setting, const Word& word, std::size_t from) {
    setting.value = word.text.substr(from);
    setting.node = word.node;
    setting.offset = word.offset + from;
    setting.verbatim = word.verbatim;
    setting.known = word.known;
    setting.value_span = word.part(from, word.text.size());
}

Setting start_setting(const Word& word, std::size_t begin, std::size_t end) {
    Setting setting;
    setting.name = flag_name(std::string_view(word.text).substr(begin, end - begin));
    setting.shown = word.text.substr(0, end);
    setting.name_span = word.part(0, end);
    return setting;
}

// Reads the words after the program's name.
void read_flags(Settings& out, const Words& words, std::size_t at, Component component) {
    const bool go_flags = component == Component::etcd;
    for (; at < words.size(); ++at) {
        const Word& word = words[at];
        const std::string_view text = word.text;
        if (text == "--") return;
        if (text.size() < 2 || text[0] != '-') {
            // Go's flag package ends at the first word that is no flag; pflag goes on.
            out.complete = out.complete && word.known;
            if (go_flags && word.known) return;
            continue;
        }
        if (text[1] != '-' && !go_flags) {
            if (text == "-v") ++at;   // the only shorthand that takes a value
            continue;
        }
        const std::size_t begin = text[1] == '-' ? 2 : 1;
        const std::size_t equal = std::min(text.find('='), text.size());
        Setting setting = start_setting(word, begin, equal);
        if (equal < text.size()) {
            take_value(setting, word, equal + 1);
            if (setting.value.empty()) setting.value_span = word.part(0, text.size());
        } else if (is_boolean(component, setting.name) || at + 1 == words.size() || words[at + 1].text.starts_with("--")) {
            take_value(setting, word, 0);
            setting.value = "true";
            setting.verbatim = false;
        } else {
            take_value(setting, words[++at], 0);
        }
        if (!word.known && equal == text.size()) out.complete = false;   // the name itself is in doubt
        out.settings.push_back(std::move(setting));
    }
}

// Where the flags of the program begin in a command line that may start with a wrapper; 0 when it does not run the program.
std::size_t after_program(const Words& words, std::string_view program) {
    if (words.empty()) return 0;
    const std::string_view first = base_name(words[0].text);
    if (first == program) return 1;
    if (first == "hyperkube") {
        if (words.size() < 2) return 0;
        const std::string_view name = words[1].text;
        return name == program || (program.starts_with("kube-") && name == program.substr(5)) ? 2 : 0;
    }
    static constexpr std::string_view starters[] = {"go-runner", "env", "tini", "dumb-init", "catatonit", "nice", "exec", "sudo"};
    if (!among(starters, first)) return 0;
    std::size_t at = 1;
    while (at < words.size() && (words[at].text.starts_with('-') || words[at].text.find('=') != std::string::npos)) ++at;
    return at < words.size() && base_name(words[at].text) == program ? at + 1 : 0;
}

bool is_shell(std::string_view name) { return name == "sh" || name == "bash" || name == "dash" || name == "ash" || name == "zsh" || name == "ksh"; }

bool read_script(Settings& out, yaml::Node script, Component component) {
    const Source source("", std::string(script.scalar()));
    const shell::Script code(shell::Input{&source, {Span{0, source.size()}}, shell::Dialect::bash});
    for (const shell::Command& command : code.commands()) {
        if (command.words.empty() || command.in_substitution) continue;
        const std::string_view name = command.base_name();
        if (name != program_of(component) && name != "hyperkube") continue;
        Words words;
        for (const shell::Word& word : command.words) words.push_back(word_of(script, word));
        const std::size_t at = after_program(words, program_of(component));
        if (!at) continue;
        read_flags(out, words, at, component);
        return true;
    }
    return false;
}

// "k3s server --kube-apiserver-arg=anonymous-auth=true"
bool read_distribution(Settings& out, const Words& words, Component component) {
    Settings all;
    read_flags(all, words, 1, component);
    const std::string flag = std::string(program_of(component)) + "-arg";
    for (Setting& setting : all.settings) {
        if (setting.name != flag) continue;
        const std::size_t equal = setting.value.find('=');
        if (equal == std::string::npos) continue;
        setting.name = flag_name(std::string_view(setting.value).substr(0, equal));
        setting.shown = setting.value.substr(0, equal);
        setting.value.erase(0, equal + 1);
        setting.offset += equal + 1;
        setting.value_span = setting.part(0, setting.value.size());
        out.settings.push_back(std::move(setting));
    }
    out.complete = false;
    return !out.settings.empty();
}

// The image is the component's own, whatever the registry and architecture.
bool is_image_of(std::string_view image, std::string_view program) {
    image = image.substr(0, image.find('@'));
    image = base_name(image);
    image = image.substr(0, image.find(':'));
    if (!image.starts_with(program)) return false;
    image.remove_prefix(program.size());
    static constexpr std::string_view architectures[] = {"", "-amd64", "-arm64", "-arm", "-ppc64le", "-s390x"};
    return among(architectures, image);
}

// etcd reads ETCD_CLIENT_CERT_AUTH where no flag is given.
void read_environment(Settings& out, const Container& container) {
    for (yaml::Node entry : container["env"].items()) {
        const std::string_view name = entry["name"].text_or_empty();
        if (!name.starts_with("ETCD_")) continue;
        const yaml::Node value = entry["value"];
        Setting setting;
        setting.name = flag_name(name.substr(5));
        std::transform(setting.name.begin(), setting.name.end(), setting.name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        setting.shown = std::string(name);
        setting.value = std::string(value.scalar());
        setting.known = value.text().has_value() && setting.value.find("$(") == std::string::npos;
        setting.node = value ? value : entry;
        setting.name_span = entry["name"].span();
        setting.value_span = setting.node.span();
        out.settings.push_back(std::move(setting));
    }
    if (container["envFrom"].is_set()) out.complete = false;
}

// Settings that name a file with more settings.
void note_configuration_file(Settings& out, Component component) {
    const bool has_file = component == Component::etcd ? out.find("config-file") != nullptr : component != Component::api_server && out.find("config");
    if (has_file) out.complete = false;
}

// Cheap test before anything is allocated.
bool may_run(const Container& container, Component component) {
    const std::string_view program = program_of(component);
    const yaml::Node command = container["command"];
    const yaml::Node args = container["args"];
    const std::string_view first = command[std::size_t{0}].scalar();
    if (first.empty() && (args[std::size_t{0}].scalar().starts_with('-') || args.empty())) return is_image_of(container["image"].scalar(), program);
    if (base_name(first) == program) return true;
    const std::string_view hint = program.starts_with("kube-") ? program.substr(5) : program;
    auto mentions = [&](yaml::Node list) {
        for (yaml::Node item : list.items())
            if (item.scalar().find(hint) != std::string_view::npos) return true;
        return false;
    };
    return mentions(command) || mentions(args);
}

bool read_words(Settings& out, const Container& container, Component component) {
    Words words;
    add_words(words, container["command"]);
    const bool has_command = !words.empty();
    add_words(words, container["args"]);
    if (!has_command) {
        const bool own_image = is_image_of(container["image"].scalar(), program_of(component));
        if (!own_image) return false;
        if (words.empty() || words[0].text.starts_with('-')) {
            read_flags(out, words, 0, component);
            return true;
        }
    }
    const std::string_view first = base_name(words[0].text);
    if (first == "k3s" || first == "rke2") return read_distribution(out, words, component);
    if (const std::size_t at = after_program(words, program_of(component))) {
        if (component == Component::etcd && at < words.size() && (words[at].text == "gateway" || words[at].text == "grpc-proxy")) return false;
        read_flags(out, words, at, component);
        return true;
    }
    if (!is_shell(first) && first != "env") return false;
    const yaml::Node script = container.shell_script();
    return script && read_script(out, script, component);
}

}

std::string flag_name(std::string_view written) {
    std::string name(written);
    std::replace(name.begin(), name.end(), '_', '-');
    return name;
}

std::optional<bool> flag_boolean(std::string_view value) {
    static constexpr std::string_view yes[] = {"1", "t", "T", "true", "TRUE", "True"};
    static constexpr std::string_view no[] = {"0", "f", "F", "false", "FALSE", "False"};
    if (among(yes, value)) return true;
    if (among(no, value)) return false;
    return std::nullopt;
}

void add_assignment(Settings& out, yaml::Node item) {
    const Word word = word_of(item);
    const std::size_t begin = std::min(word.text.find_first_not_of('-'), word.text.size());
    const std::size_t equal = word.text.find('=');
    if (!item.text() || equal == std::string::npos || equal < begin) return;
    Setting setting = start_setting(word, begin, equal);
    take_value(setting, word, equal + 1);
    out.settings.push_back(std::move(setting));
}

std::optional<Settings> read_command_line(const Container& container, Component component) {
    if (!container.long_running() || !may_run(container, component)) return std::nullopt;
    Settings out;
    if (component == Component::etcd) read_environment(out, container);
    if (!read_words(out, container, component)) return std::nullopt;
    note_configuration_file(out, component);
    return out;
}

}
