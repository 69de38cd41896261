#include <algorithm>

#include "analyzer/engine/kubernetes_check.h"
#include "resource_amounts.h"

namespace plimsoll::checks::resource_unit_suspicious {

using kubernetes::Container;

// The letters behind the number.
static std::string_view unit_of(std::string_view text) {
    const std::size_t begin = text.find_first_not_of("0123456789.+- ");
    return begin == std::string_view::npos ? std::string_view() : text.substr(begin);
}

static std::string_view number_of(std::string_view text) { return text.substr(0, std::min(text.find_first_not_of("0123456789."), text.size())); }

static char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

// A unit of memory as people write it and the API server does not: mi, GB, kb, MiB.
static char misspelt_memory_unit(std::string_view unit) {
    if (unit.empty() || unit.size() > 3) return 0;
    const char first = lower(unit[0]);
    if (first != 'k' && first != 'm' && first != 'g' && first != 't') return 0;
    for (char c : unit.substr(1))
        if (lower(c) != 'i' && lower(c) != 'b') return 0;
    return first == 'k' ? 'K' : static_cast<char>(first & ~0x20);
}

static std::string no_quantity(std::string_view text, std::string_view instead) {
    return quote(text) + " is no quantity, so the API server refuses the object; write " + std::string(number_of(text)) + std::string(instead);
}

static void judge_bytes(yaml::Node amount, bool small_is_wrong, Reporter& report) {
    const std::string_view text = amount.scalar(), unit = unit_of(text);
    const std::optional<std::int64_t> milli = kubernetes::quantity_milli(amount);
    if (!milli) {
        const char letter = misspelt_memory_unit(unit);
        if (letter && !number_of(text).empty()) report.at(amount, no_quantity(text, std::string{letter, 'i'}));
        return;
    }
    if (unit == "m")
        report.at(amount,
                  quote(text) + " is a fraction of a byte or little more, because m stands for thousandths; write " + std::string(number_of(text)) + "Mi");
    else if (small_is_wrong && *milli > 0 && *milli < mebibyte * 1000)
        report.at(amount, quote(text) + " is less than a mebibyte, in which no program starts; " +
                              (unit.empty() ? "write " + std::string(number_of(text)) + "Mi" : "check the unit"));
}

static void judge_cpu(yaml::Node amount, Reporter& report) {
    const std::string_view text = amount.scalar(), unit = unit_of(text);
    const std::optional<std::int64_t> milli = kubernetes::quantity_milli(amount);
    if (!milli) {
        constexpr std::string_view wrong[] = {"mi", "MI", "mcpu", "millicores", "core", "cores", "cpu", "vcpu", "vCPU", "c"};
        if (std::ranges::find(wrong, unit) != std::end(wrong) && !number_of(text).empty())
            report.at(amount, no_quantity(text, unit.starts_with('m') || unit.starts_with('M') ? "m" : ""));
        return;
    }
    constexpr std::string_view memory[] = {"Ki", "Mi", "Gi", "Ti", "Pi", "Ei", "k", "M", "G", "T", "P", "E"};
    if (std::ranges::find(memory, unit) != std::end(memory))
        report.at(amount, quote(text) + " of CPU has a unit of memory; write cores as in 0.5 or thousandths as in 500m");
    else if (*milli >= 500'000)
        report.at(amount,
                  quote(text) + " is that many whole cores, more than a node has; write " + std::string(number_of(text)) + "m where thousandths are meant");
}

static void judge(yaml::Node resources, Reporter& report) {
    for (std::string_view section : {"requests", "limits"})
        for (const yaml::Entry& entry : resources[section].entries()) {
            if (!entry.value.is_set() || entry.value.is_placeholder() || !entry.value.is_scalar()) continue;
            const std::string_view resource = entry.key.scalar();
            if (resource == "cpu") judge_cpu(entry.value, report);
            if (resource == "memory" || resource == "ephemeral-storage") judge_bytes(entry.value, resource == "memory", report);
        }
}

static void run_container(const Container& container, Reporter& report) { judge(container["resources"], report); }

static void run_pod(const kubernetes::Pod& pod, Reporter& report) {
    judge(pod["resources"], report);
    for (yaml::Node volume : pod["volumes"].items())
        if (const yaml::Node size = volume["emptyDir"]["sizeLimit"]; size.is_set() && !size.is_placeholder()) judge_bytes(size, false, report);
}

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    resources:
      requests:
        cpu: 500Mi
             ^^^^^ '500Mi' of CPU has a unit of memory; write cores as in 0.5 or thousandths as in 500m
        memory: 128m
                ^^^^ '128m' is a fraction of a byte or little more, because m stands for thousandths; write 128Mi
      limits:
        cpu: 1000
             ^^^^ '1000' is that many whole cores, more than a node has; write 1000m where thousandths are meant
        memory: 512
                ^^^ '512' is less than a mebibyte, in which no program starts; write 512Mi
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: example.org/web:1.4
    resources:
      requests:
        cpu: 500m
        memory: 128Mi
      limits:
        cpu: 1000m
        memory: 536870912
)",
                                        .path = "app.yaml"},
                                       {.bad = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: web, image: "example.org/web:1.4", resources: {limits: {memory: 1GB, cpu: 200mi}}}
                                                                           ^^^ '1GB' is no quantity, so the API server refuses the object; write 1Gi
                                                                                     ^^^^^ '200mi' is no quantity, so the API server refuses the object; write 200m
  - {name: log, image: "example.org/log:2", resources: {limits: {memory: 64mi}}}
                                                                         ^^^^ '64mi' is no quantity, so the API server refuses the object; write 64Mi
  volumes: [{name: tmp, emptyDir: {sizeLimit: 100m}}]
                                              ^^^^ '100m' is a fraction of a byte or little more, because m stands for thousandths; write 100Mi
)",
                                        .good = R"(
apiVersion: v1
kind: Pod
metadata: {name: web}
spec:
  containers:
  - {name: web, image: "example.org/web:1.4", resources: {limits: {memory: 1e9, cpu: 0.2}}}
  - {name: log, image: "example.org/log:2", resources: {limits: {memory: "${MEMORY}"}}}
  volumes: [{name: tmp, emptyDir: {sizeLimit: 100Mi}}]
)",
                                        .path = "app.yaml"}};

extern constinit const Check resource_unit_suspicious = {
    .id = "resource-unit-suspicious",
    .title = "Resource quantity has an improbable unit.",
    .category = Category::correctness,
    .severity = Severity::high,
    .profile = Profile::recommended,
    .why = "m stands for thousandths, M for a million and Mi for 1024 times 1024. A limit of 128m bytes of memory kills the container before it starts, "
           "and 1000 cores are on no node, so the pod stays pending.",
    .aliases = {"rhcop:OCP_BESTPRACT-00013", "rhcop:OCP_BESTPRACT-00014"},
    .examples = examples,
    .run = on_pods(run_pod) | on_containers(run_container),
};

}
