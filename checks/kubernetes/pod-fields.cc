#include <unordered_set>

#include "checks/kubernetes/refusal.h"

// What the API server wants of the fields of a pod spec beside its containers and volumes.

namespace plimsoll::checks {

using kubernetes::Pod;
using yaml::Node;

// ---- names, addresses, switches ---------------------------------------------------------------------------------------

static void judge_dns(const Pod& pod, Refusals& refusals) {
    constexpr std::size_t most_servers = 3, most_searches = 32;
    const Node config = pod["dnsConfig"], servers = config["nameservers"];
    if (pod["dnsPolicy"].text() == "None" && refusals.whole()) {
        if (!config.is_set())
            refusals.absent(pod.spec, "dnsConfig", "dnsPolicy None leaves the pod without a name server; add dnsConfig.nameservers");
        else if (config.is_mapping() && servers.empty() && !servers.is_placeholder())
            refusals.absent(config, "nameservers", "dnsPolicy None leaves the pod without a name server; add nameservers");
    }
    if (servers.size() > most_servers) refusals.clash(servers, "a pod has at most 3 name servers; remove some");
    for (Node server : servers.items())
        if (server.text() && !server.is_placeholder() && !kubernetes::parse_address(*server.text()))
            refusals.wrong(server, quote(*server.text()) + " is no address; write an IP");
    if (config["searches"].size() > most_searches) refusals.clash(config["searches"], "a pod has at most 32 search domains; remove some");
    for (Node option : config["options"].items())
        if (option.is_mapping() && option["name"].text_or_empty().empty() && !option["name"].is_placeholder() && refusals.whole())
            refusals.clash(option, "the option has no name; add one");
}

static void judge_aliases(const Pod& pod, Refusals& refusals) {
    for (Node alias : pod["hostAliases"].items()) {
        const Node address = alias["ip"];
        if (address.text() && !kubernetes::parse_address(*address.text())) refusals.wrong(address, quote(*address.text()) + " is no address; write an IP");
        for (Node name : alias["hostnames"].items()) refusals.subdomain(name);
    }
}

static void judge_names(const Pod& pod, Refusals& refusals) {
    for (std::string_view field : {"serviceAccountName", "nodeName", "priorityClassName", "runtimeClassName"}) refusals.subdomain(pod[field]);
    for (std::string_view field : {"hostname", "subdomain"}) refusals.label(pod[field]);
    refusals.range(pod["activeDeadlineSeconds"], 1, INT32_MAX);
    for (Node gate : pod["readinessGates"].items()) refusals.qualified(gate["conditionType"]);
}

// Entries that may be there once, by a key of theirs. The API server names the entry or the key.
static void judge_once(Node list, std::string_view key, bool names_entry, Refusals& refusals) {
    constexpr std::size_t most = 2000;
    std::unordered_set<std::string_view> seen;
    for (Node item : list.items()) {
        const Node name = item[key];
        if (name.text_or_empty().empty() || seen.size() > most || seen.insert(name.scalar()).second) continue;
        refusals.wrong(name, quote(name.scalar()) + " is listed twice; remove one").field(server_path(refusals, names_entry ? item : name, ""));
    }
}

static void judge_claims(const Pod& pod, Refusals& refusals) {
    const Node claims = pod["resourceClaims"];
    judge_once(claims, "name", false, refusals);
    for (Node claim : claims.items()) {
        if (!claim.is_mapping()) continue;
        refusals.filled(claim["name"], "the name of the claim");
        refusals.label(claim["name"]);
        const int sources = count_set(claim, {"resourceClaimName", "resourceClaimTemplateName"});
        if (sources == 2) refusals.clash(claim, "resourceClaimName and resourceClaimTemplateName exclude each other; keep one");
        if (sources == 0 && refusals.whole()) refusals.clash(claim, "the entry names no claim; add resourceClaimName or resourceClaimTemplateName");
    }
}

static void judge_host_processes(const Pod& pod, Refusals& refusals) {
    std::size_t total = 0, count = 0;
    for (const kubernetes::Container& container : pod.containers) {
        ++total;
        count += container.host_process() == true;
    }
    if (count == 0 || !refusals.whole()) return;
    if (count != total) refusals.clash(pod.spec, "all containers of a pod are host processes or none; set hostProcess of the pod");
    if (pod["hostNetwork"].is_placeholder() || pod.host_network()) return;
    refusals.absent(pod.spec, "hostNetwork", "host processes of Windows share the network of the node; set hostNetwork: true");
}

static void judge_namespaces(const Pod& pod, Refusals& refusals) {
    const Node shared = pod["shareProcessNamespace"];
    if (shared.is_true() && pod.host_pid()) refusals.wrong(shared, "the containers see all processes of the node already; remove this or hostPID");
    if (!pod["hostUsers"].is_false()) return;
    struct Row {
        std::string_view field, name;
    };
    // The API server writes two of them with a capital.
    constexpr Row rows[] = {{"hostPID", "HostPID"}, {"hostIPC", "HostIPC"}};
    for (const Row& row : rows)
        if (const Node value = pod[row.field]; value.is_true())
            refusals.wrong(value, "a pod with users of its own (hostUsers: false) cannot share this with the node; set one of them to its default")
                .field(server_path(refusals, pod.spec, "." + std::string(row.name)));
}

static void run(const Pod& pod, Reporter& report) {
    if (!pod.object->builtin() || !pod.spec.is_mapping()) return;
    Refusals refusals(*pod.object, report);
    judge_names(pod, refusals);
    judge_dns(pod, refusals);
    judge_aliases(pod, refusals);
    judge_claims(pod, refusals);
    judge_once(pod["schedulingGates"], "name", true, refusals);
    judge_host_processes(pod, refusals);
    judge_namespaces(pod, refusals);
    if (const Node name = pod["os"]["name"]; name.text() && !name.text()->empty() && *name.text() != "linux" && *name.text() != "windows")
        refusals.wrong(name, quote(*name.text()) + " is no system for containers; use linux or windows").field(server_path(refusals, pod["os"], ""));
}

// ---- tolerations ------------------------------------------------------------------------------------------------------

static void judge_toleration(Node toleration, Refusals& refusals) {
    const Node operation = toleration["operator"], key = toleration["key"], value = toleration["value"];
    if (operation.is_placeholder() || key.is_placeholder() || value.is_placeholder()) return;
    const std::string_view name = operation.text_or_empty();
    // Without a key, an operator or a value the marks go where they would stand.
    const auto complain = [&](Node at, std::string message) {
        refusals.clash(at ? at : toleration, std::move(message)).field(server_path(refusals, toleration, ".operator"));
    };
    refusals.qualified(key);
    if (key.text_or_empty().empty() && name != "Exists" && (!operation.is_set() || !name.empty()))
        complain(operation, "a toleration without a key has to tolerate everything; set operator: Exists");
    if (name == "Exists" && !value.text_or_empty().empty())
        complain(value, "Exists looks at no value; remove value, or use Equal");
    else if ((name.empty() || name == "Equal") && value.text() && !kubernetes::is_label_value(*value.text()))
        complain(value, quote(*value.text()) + " is no value of a taint; use at most 63 letters, digits, '-', '_' and '.'");
    const Node seconds = toleration["tolerationSeconds"], effect = toleration["effect"];
    if (seconds.is_set() && !effect.is_placeholder() && effect.text() != "NoExecute")
        refusals.clash(effect ? effect : seconds, "tolerationSeconds counts for the effect NoExecute only; set it, or remove the seconds")
            .field(server_path(refusals, toleration, ".effect"));
}

static void run_tolerations(const Pod& pod, Reporter& report) {
    const Node list = pod["tolerations"];
    if (!pod.object->builtin() || list.empty()) return;
    Refusals refusals(*pod.object, report);
    if (!refusals.whole()) return;
    for (Node toleration : list.items())
        if (toleration.is_mapping()) judge_toleration(toleration, refusals);
}

//@@EXAMPLES
static constexpr std::span<const Example> field_examples = {};

static constexpr std::span<const Example> toleration_examples = {};

//@@END

static constexpr Check table[] = {
    {.id = "pod-field-invalid",
     .title = "Field of a pod holds what the API server refuses.",
     .category = Category::correctness,
     .severity = Severity::high,
     .profile = Profile::bugs,
     .why = "Names of hosts, accounts and classes are DNS names, name servers are addresses, and some switches exclude each other. The API server refuses the "
            "object as a whole.",
     .aliases = {refused},
     .examples = field_examples,
     .run = on_pods(run)},
    {.id = "toleration-invalid",
     .title = "Toleration contradicts itself.",
     .category = Category::correctness,
     .severity = Severity::high,
     .profile = Profile::bugs,
     .why = "Exists takes no value, everything else needs a key, and only NoExecute can be put off. The API server refuses the pod.",
     .aliases = {refused},
     .examples = toleration_examples,
     .run = on_pods(run_tolerations)},
};

extern constinit const std::span<const Check> pod_fields = table;

}
