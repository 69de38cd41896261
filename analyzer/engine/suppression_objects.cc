#include "analyzer/engine/suppression_objects.h"

#include <algorithm>
#include <cctype>

#include "analyzer/engine/peer_ids.h"
#include "analyzer/engine/registry.h"
#include "analyzer/kubernetes/object.h"
#include "analyzer/yaml/edit.h"

// Annotations and labels that silence findings, each where its own tool reads it:
//   plimsoll.dev/ignore.ID: reason                          object, pod template
//   checkov.io/skip1: CKV_K8S_20=why                        object, pod template; the key only has to contain the prefix
//   ignore-check.kube-linter.io/CHECK: why                  object; kube-linter.io/ignore-all
//   kube-score/ignore: a,b                                  object, pod template
//   polaris.fairwinds.com/CHECK-exempt: "true"              object; polaris.fairwinds.com/exempt
//   datree.skip/RULE: why                                   object
//   kubescape.io/skip-controls: C-0016,C-0034               object, with skip-reason and skip-expiry
//   runterrascan.io/skip: '[{"rule":"AC_K8S_0064"}]'        object
//   kubeaudit.io/allow-..., container.kubeaudit.io/NAME.allow-... (labels of the pod template)

namespace plimsoll::suppressing {

Suppression::Id make_id(const Registry& registry, std::string_view tool, std::string_view text, Span span) {
    Suppression::Id id;
    id.text = text;
    id.span = span;
    if (!tool.empty()) {
        id.peer = text == "*" ? std::string(tool) + ":*" : canonical_alias(tool, text);
        id.known = text == "*" || exists_in_peer(tool, text) || !registry.resolve(id.peer).empty();
        return id;
    }
    id.peer = registry.find(text) ? std::string(text) : canonical_name(text);
    const std::string_view peer = tool_of(id.peer);
    id.known = !registry.resolve(text).empty() || (!peer.empty() && exists_in_peer(peer, std::string_view(id.peer).substr(peer.size() + 1)));
    return id;
}

namespace {

std::string_view trimmed(std::string_view text) {
    const std::size_t begin = text.find_first_not_of(" \t");
    if (begin == std::string_view::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

bool says_true(std::string_view text) {
    constexpr std::string_view word = "true";
    return std::equal(text.begin(), text.end(), word.begin(), word.end(), [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; });
}

// What kubeaudit's overrides stand for, by the end of the label's key, as results of its own audits.
struct KubeauditOverride {
    std::string_view key;
    std::string_view results[4];
};
constexpr KubeauditOverride kubeaudit_overrides[] = {
    {"allow-privileged", {"PrivilegedTrue", "PrivilegedNil"}},
    {"allow-privilege-escalation", {"AllowPrivilegeEscalationTrue", "AllowPrivilegeEscalationNil"}},
    {"allow-read-only-root-filesystem-false", {"ReadOnlyRootFilesystemFalse", "ReadOnlyRootFilesystemNil"}},
    {"allow-run-as-root", {"RunAsNonRootCSCFalse", "RunAsNonRootPSCNilCSCNil", "RunAsNonRootPSCFalseCSCNil", "RunAsUserCSCRoot"}},
    {"allow-namespace-host-network", {"NamespaceHostNetworkTrue"}},
    {"allow-namespace-host-IPC", {"NamespaceHostIPCTrue"}},
    {"allow-namespace-host-PID", {"NamespaceHostPIDTrue"}},
    {"allow-automount-service-account-token", {"AutomountServiceAccountTokenTrueAndDefaultSA"}},
    {"allow-disabled-seccomp", {"SeccompDisabledContainer", "SeccompDisabledPod", "SeccompProfileMissing"}},
    {"allow-disabled-apparmor", {"AppArmorDisabled", "AppArmorAnnotationMissing"}},
};

class ObjectReader {
public:
    ObjectReader(const kubernetes::Object& object, const Registry& registry, std::vector<Suppression>& out) : object_(object), registry_(registry), out_(out) {}

    void run() {
        for (const yaml::Entry& entry : object_.annotations().entries()) on_object(entry);
        for (const kubernetes::Pod& pod : object_.pods()) {
            if (pod.metadata != object_.metadata())
                for (const yaml::Entry& entry : pod.annotations().entries()) on_template(entry, pod);
            for (const yaml::Entry& entry : pod.labels().entries()) kubeaudit(entry, pod);
        }
    }

private:
    void on_object(const yaml::Entry& entry) {
        const std::string_view key = entry.key.scalar(), value = entry.value.scalar();
        const Span whole = object_.node().span();
        if (shared(entry, whole)) return;
        if (key.starts_with("ignore-check.kube-linter.io/"))
            single(entry, "kube-linter", key.substr(key.find('/') + 1), whole);
        else if (key == "ignore-check.kube-linter.io")
            add(entry, "kube-linter", whole).no_effect = "it names no check: ignore-check.kube-linter.io/CHECK";
        else if (key == "kube-linter.io/ignore-all")
            single(entry, "kube-linter", "*", whole);
        else if (key == "polaris.fairwinds.com/exempt")
            polaris(entry, "*", value, whole);
        else if (key.starts_with("polaris.fairwinds.com/") && key.ends_with("-exempt"))
            polaris(entry, key.substr(22, key.size() - 22 - 7), value, whole);
        else if (key.starts_with("datree.skip/"))
            single(entry, "datree", key.substr(12), whole);
        else if (key == "kubescape.io/skip-controls")
            kubescape(entry, whole);
        else if (key == "runterrascan.io/skip")
            terrascan(entry, whole);
    }

    void on_template(const yaml::Entry& entry, const kubernetes::Pod& pod) {
        const yaml::Node holder = pod.metadata.parent();
        shared(entry, holder ? holder.span() : pod.spec.span());
    }

    // Dialects that are read on objects and on pod templates alike.
    bool shared(const yaml::Entry& entry, Span scope) {
        const std::string_view key = entry.key.scalar();
        if (key.starts_with("plimsoll.dev/ignore.")) return own(entry, scope), true;
        for (std::string_view prefix : {"checkov.io/skip", "bridgecrew.io/skip", "cortex.io/skip"})
            if (key.find(prefix) != std::string_view::npos) return checkov(entry, scope), true;
        if (key == "kube-score/ignore") return kube_score(entry, scope), true;
        return false;
    }

    Suppression& add(const yaml::Entry& entry, std::string_view dialect, Span scope, std::string_view form = "annotation") {
        Suppression found;
        found.dialect = dialect;
        found.form = form;
        found.span = entry.key.span();
        found.scope = {scope};
        if (const auto edit = yaml::remove_entry(object_.manifest().source(), entry.value); edit && edit->text.empty()) found.line = edit->span;
        return out_.emplace_back(std::move(found));
    }

    void single(const yaml::Entry& entry, std::string_view dialect, std::string_view name, Span scope) {
        Suppression& found = add(entry, dialect, scope);
        found.ids.push_back(make_id(registry_, dialect, name, entry.key.span()));
        found.reason = entry.value.scalar();
    }

    void own(const yaml::Entry& entry, Span scope) {
        Suppression& found = add(entry, "plimsoll", scope);
        found.ids.push_back(make_id(registry_, {}, entry.key.scalar().substr(20), entry.key.span()));
        std::string_view reason = trimmed(entry.value.scalar());
        if (reason.starts_with("until=")) {
            found.until = reason.substr(6, reason.find(' ') - 6);
            if (!is_date(found.until)) found.malformed = "until= needs a date like 2026-12-31";
            reason = trimmed(reason.substr(std::min(reason.size(), 6 + found.until.size())));
        }
        found.reason = reason;
    }

    void checkov(const yaml::Entry& entry, Span scope) {
        Suppression& found = add(entry, "checkov", scope);
        const std::string_view value = entry.value.scalar();
        const std::size_t equals = std::min(value.find('='), value.size());
        const std::string_view name = trimmed(value.substr(0, equals));
        if (name.empty()) return void(found.malformed = "the value must look like CKV_K8S_20=why");
        found.ids.push_back(make_id(registry_, "checkov", name, entry.value.span()));
        if (equals < value.size()) found.reason = trimmed(value.substr(equals + 1));
    }

    // Calls `each` for the parts of a list with commas.
    template <typename Each>
    static void for_each_name(yaml::Node value, Each each) {
        const std::string_view text = value.scalar();
        for (std::size_t at = 0; at <= text.size();) {
            const std::size_t end = std::min(text.find(',', at), text.size());
            const std::string_view name = trimmed(text.substr(at, end - at));
            if (!name.empty()) {
                const auto begin = static_cast<std::size_t>(name.data() - text.data());
                each(name, value.place(begin, begin + name.size()));
            }
            at = end + 1;
        }
    }

    void kube_score(const yaml::Entry& entry, Span scope) {
        Suppression& found = add(entry, "kube-score", scope);
        for_each_name(entry.value, [&](std::string_view name, Span span) {
            found.ids.push_back(make_id(registry_, "kube-score", name, span));
            if (name != "container-resources") return;
            found.ids.push_back(make_id(registry_, "kube-score", "container-ephemeral-storage-request-and-limit", span));
            found.ids.back().used = true;   // implied, not written
        });
        if (found.ids.empty()) found.malformed = "it names no check";
    }

    void polaris(const yaml::Entry& entry, std::string_view name, std::string_view value, Span scope) {
        if (says_true(value)) return single(entry, "polaris", name, scope);
        add(entry, "polaris", scope).no_effect = "its value must be \"true\"";
    }

    void kubescape(const yaml::Entry& entry, Span scope) {
        Suppression& found = add(entry, "kubescape", scope);
        for_each_name(entry.value, [&](std::string_view name, Span span) { found.ids.push_back(make_id(registry_, "kubescape", name, span)); });
        found.reason = object_.annotation("kubescape.io/skip-reason");
        const std::string_view expiry = object_.annotation("kubescape.io/skip-expiry");
        if (!expiry.empty()) {
            found.until = expiry.substr(0, 10);
            if (!is_date(found.until)) found.malformed = "kubescape.io/skip-expiry needs a date like 2026-12-31T00:00:00Z";
        }
        if (found.ids.empty()) found.malformed = "it names no control";
    }

    // A JSON list in a string: the values of "rule".
    void terrascan(const yaml::Entry& entry, Span scope) {
        Suppression& found = add(entry, "terrascan", scope);
        const std::string_view text = entry.value.scalar();
        constexpr std::string_view key = "\"rule\"";
        for (std::size_t at = text.find(key); at != std::string_view::npos; at = text.find(key, at)) {
            at += key.size();
            const std::size_t open = text.find('"', at);
            const std::size_t close = open == std::string_view::npos ? open : text.find('"', open + 1);
            if (close == std::string_view::npos) break;
            found.ids.push_back(make_id(registry_, "terrascan", text.substr(open + 1, close - open - 1), entry.value.place(open + 1, close)));
            at = close + 1;
        }
        if (found.ids.empty()) found.malformed = "it must be a JSON list like [{\"rule\":\"AC_K8S_0064\",\"comment\":\"why\"}]";
    }

    void kubeaudit(const yaml::Entry& entry, const kubernetes::Pod& pod) {
        std::string_view key = entry.key.scalar();
        Span scope = object_.node().span();
        if (key.starts_with("container.kubeaudit.io/")) {
            key.remove_prefix(23);
            const std::size_t dot = key.find(".allow-");
            if (dot == std::string_view::npos) return;
            const std::string_view name = key.substr(0, dot);
            const auto named = std::find_if(pod.containers.begin(), pod.containers.end(), [&](const auto& container) { return container.name() == name; });
            if (named == pod.containers.end()) return void(add(entry, "kubeaudit", scope, "label").no_effect = "the pod has no container of this name");
            scope = named->node.span();
            key.remove_prefix(dot + 1);
        } else if (key.starts_with("kubeaudit.io/allow-")) {
            key.remove_prefix(13);
        } else {
            return;
        }
        Suppression& found = add(entry, "kubeaudit", scope, "label");
        found.reason = entry.value.scalar();
        for (const KubeauditOverride& known : kubeaudit_overrides)
            if (known.key == key)
                for (std::string_view result : known.results)
                    if (!result.empty()) found.ids.push_back(make_id(registry_, "kubeaudit", result, entry.key.span()));
        // One label stands for several results: one that is used is enough.
        for (std::size_t i = 1; i < found.ids.size(); ++i) found.ids[i].used = true;
        if (found.ids.empty()) found.no_effect = "no such override is known";
    }

    const kubernetes::Object& object_;
    const Registry& registry_;
    std::vector<Suppression>& out_;
};

}

void read_object(const kubernetes::Object& object, const Registry& registry, std::vector<Suppression>& out) { ObjectReader(object, registry, out).run(); }

}
