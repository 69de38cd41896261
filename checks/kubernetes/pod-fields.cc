#include <algorithm>
#include <unordered_set>

#include "checks/kubernetes/refusal.h"

// What the API server wants of the fields of a pod spec beside its containers and volumes.

namespace plimsoll::checks::pod_fields {

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

// What the annotations of old name for AppArmor.
static void judge_profiles(const Pod& pod, Refusals& refusals) {
    constexpr std::string_view prefix = "container.apparmor.security.beta.kubernetes.io/";
    for (const yaml::Entry& entry : pod.annotations().entries()) {
        if (!entry.key.scalar().starts_with(prefix)) continue;
        const std::string_view profile = entry.value.text_or_empty();
        if (profile.empty() || profile == "runtime/default" || profile == "unconfined" || profile.starts_with("localhost/")) continue;
        std::string field = server_path(refusals, pod.metadata, "");
        // Of a template the API server leaves out the metadata.
        if (refusals.as_server() && field != "metadata") field.resize(std::min(field.rfind('.'), field.size()));
        refusals.wrong(entry.value, quote(profile) + " is no profile; use runtime/default, unconfined or localhost/NAME")
            .field(field + ".annotations[" + std::string(entry.key.scalar()) + "]");
    }
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
    judge_profiles(pod, refusals);
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

static constexpr Example field_examples[] = {
    {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
^^^^ dnsPolicy None leaves the pod without a name server; add dnsConfig.nameservers
  serviceAccountName: Web_1
                      ^^^^^ 'Web_1' is not valid here; use at most 253 lower-case letters, digits, '-' and '.', with a letter or digit at both ends
  nodeName: node one
            ^^^^^^^^ 'node one' is not valid here; use at most 253 lower-case letters, digits, '-' and '.', with a letter or digit at both ends
  priorityClassName: High_1
                     ^^^^^^ 'High_1' is not valid here; use at most 253 lower-case letters, digits, '-' and '.', with a letter or digit at both ends
  runtimeClassName: "a b"
                    ^^^^^ 'a b' is not valid here; use at most 253 lower-case letters, digits, '-' and '.', with a letter or digit at both ends
  hostname: web.example.org
            ^^^^^^^^^^^^^^^ 'web.example.org' is not valid here; use at most 63 lower-case letters, digits and '-', with a letter or digit at both ends
  subdomain: Web
             ^^^ 'Web' is not valid here; use at most 63 lower-case letters, digits and '-', with a letter or digit at both ends
  activeDeadlineSeconds: 0
                         ^ '0' is out of range; use 1 to 2147483647
  dnsPolicy: None
  hostAliases: [{ip: 192.0.2.010, hostnames: [a_b]}, {ip: db.example.org}]
                     ^^^^^^^^^^^ '192.0.2.010' is no address; write an IP
                                              ^^^ 'a_b' is not valid here; use at most 253 lower-case letters, digits, '-' and '.', with a letter or digit at both ends
                                                          ^^^^^^^^^^^^^^ 'db.example.org' is no address; write an IP
  readinessGates: [{conditionType: "a b"}]
                                   ^^^^^ 'a b' is not valid here; use an optional DNS name and '/', then at most 63 letters, digits, '-', '_' and '.'
  schedulingGates: [{name: example.org/a}, {name: example.org/a}]
                                                  ^^^^^^^^^^^^^ 'example.org/a' is listed twice; remove one
  resourceClaims: [{name: gpu, resourceClaimName: a, resourceClaimTemplateName: b}, {name: gpu}]
                          ^^^ resourceClaimName and resourceClaimTemplateName exclude each other; keep one
                                                                                           ^^^ 'gpu' is listed twice; remove one
                                                                                           ^^^ the entry names no claim; add resourceClaimName or resourceClaimTemplateName
  shareProcessNamespace: true
                         ^^^^ the containers see all processes of the node already; remove this or hostPID
  hostPID: true
           ^^^^ a pod with users of its own (hostUsers: false) cannot share this with the node; set one of them to its default
  hostUsers: false
  os: {name: macos}
             ^^^^^ 'macos' is no system for containers; use linux or windows
  containers:
  - {name: web, image: "example.org/web:1.4"}
)",
     .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  serviceAccountName: web-1
  nodeName: node-one
  hostname: web
  activeDeadlineSeconds: 1
  dnsPolicy: None
  dnsConfig: {nameservers: [192.0.2.1, "2001:db8::1"], options: [{name: ndots, value: "2"}]}
  hostAliases: [{ip: 192.0.2.10, hostnames: [a.b]}]
  readinessGates: [{conditionType: example.org/ready}]
  schedulingGates: [{name: example.org/a}, {name: example.org/b}]
  resourceClaims: [{name: gpu, resourceClaimName: a}]
  hostPID: true
  os: {name: linux}
  containers:
  - {name: web, image: "example.org/web:1.4"}
)",
     .path = "app.yaml",
     .fixed = false},
    {.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations: {container.apparmor.security.beta.kubernetes.io/web: strict}
                                                                    ^^^^^^ 'strict' is no profile; use runtime/default, unconfined or localhost/NAME
spec:
^^^^ host processes of Windows share the network of the node; set hostNetwork: true
  dnsConfig: {nameservers: [192.0.2.1, 192.0.2.2, 192.0.2.3, dns.example.org], options: [{value: "2"}]}
              ^^^^^^^^^^^ a pod has at most 3 name servers; remove some
                                                             ^^^^^^^^^^^^^^^ 'dns.example.org' is no address; write an IP
                                                                                          ^^^^^ the option has no name; add one
  securityContext: {windowsOptions: {hostProcess: true}}
  containers:
  - {name: web, image: "example.org/web:1.4"}
)",
     .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
  annotations: {container.apparmor.security.beta.kubernetes.io/web: localhost/strict}
spec:
  hostNetwork: true
  dnsConfig: {nameservers: ["${DNS}"]}
  securityContext: {windowsOptions: {hostProcess: true}}
  containers:
  - {name: web, image: "example.org/web:1.4"}
)",
     .path = "app.yaml",
     .fixed = false},
};

static constexpr Example toleration_examples[] = {
    {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  tolerations:
  - {key: a, operator: Exists, value: b}
                               ^^^^^ Exists looks at no value; remove value, or use Equal
  - {operator: Equal, value: b}
     ^^^^^^^^ a toleration without a key has to tolerate everything; set operator: Exists
  - {value: b}
     ^^^^^ a toleration without a key has to tolerate everything; set operator: Exists
  - {key: a, value: "b c"}
             ^^^^^ 'b c' is no value of a taint; use at most 63 letters, digits, '-', '_' and '.'
  - {key: "a b", operator: Exists}
          ^^^^^ 'a b' is not valid here; use an optional DNS name and '/', then at most 63 letters, digits, '-', '_' and '.'
  - {key: a, operator: Exists, effect: NoSchedule, tolerationSeconds: 5}
                               ^^^^^^ tolerationSeconds counts for the effect NoExecute only; set it, or remove the seconds
  - {key: a, operator: Exists, tolerationSeconds: 5}
                               ^^^^^^^^^^^^^^^^^ tolerationSeconds counts for the effect NoExecute only; set it, or remove the seconds
  containers:
  - {name: web, image: "example.org/web:1.4"}
)",
     .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  tolerations:
  - {operator: Exists}
  - {key: a, operator: Exists}
  - {key: a, value: b, effect: NoSchedule}
  - {key: a, operator: Exists, effect: NoExecute, tolerationSeconds: 5}
  - {key: "${KEY}", value: "b c"}
  containers:
  - {name: web, image: "example.org/web:1.4"}
)",
     .path = "app.yaml",
     .fixed = false},
};

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
