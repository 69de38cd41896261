#include "analyzer/engine/kubernetes_check.h"

#include <algorithm>

namespace plimsoll::checks::config_object_too_large {

using kubernetes::Object;
using yaml::Node;

static std::size_t text_size(Node map) {
    std::size_t sum = 0;
    for (const yaml::Entry& entry : map.entries()) sum += entry.value.scalar().size();
    return sum;
}

// Bytes that base64 text decodes to, line breaks inside not counted.
static std::size_t decoded_size(Node map) {
    std::size_t sum = 0;
    for (const yaml::Entry& entry : map.entries()) {
        std::size_t digits = 0;
        for (char c : entry.value.scalar()) digits += c != '\n' && c != '\r' && c != '=';
        sum += digits * 3 / 4;
    }
    return sum;
}

static void run(const Object& object, Reporter& report) {
    const auto data_limit = static_cast<std::size_t>(report.number("max_data")), annotation_limit = static_cast<std::size_t>(report.number("max_annotations"));
    // Nothing can be over a limit in a text that is shorter.
    const std::size_t bytes = object.node().span().size();
    if (bytes <= std::min(data_limit, annotation_limit)) return;
    const bool config = object.is("ConfigMap"), secret = object.is("Secret");
    if (config || secret) {
        const std::size_t size =
            config ? text_size(object["data"]) + decoded_size(object["binaryData"]) : decoded_size(object["data"]) + text_size(object["stringData"]);
        if (size > data_limit)
            report.at(object, "the data has " + std::to_string(size) + " bytes of at most " + std::to_string(data_limit) + "; split it or mount a volume");
    }
    std::size_t notes = 0;
    for (const yaml::Entry& entry : object.annotations().entries()) notes += entry.key.scalar().size() + entry.value.scalar().size();
    if (notes > annotation_limit)
        report.at(object.annotations().key(),
                  "the annotations have " + std::to_string(notes) + " bytes of at most " + std::to_string(annotation_limit) + "; keep them elsewhere");
}

static constexpr Option options[] = {
    {.name = "max_data", .type = Option::Type::number, .value = "1048576", .what = "Bytes of data that a ConfigMap or Secret may hold."},
    {.name = "max_annotations", .type = Option::Type::number, .value = "262144", .what = "Bytes that the annotations of an object may have in all."},
};

static constexpr Example examples[] = {{.bad = R"(
apiVersion: v1
kind: ConfigMap
metadata:
  name: web
        ^^^ the data has 31 bytes of at most 30; split it or mount a volume
  annotations: {note: a-long-note}
  ^^^^^^^^^^^ the annotations have 15 bytes of at most 10; keep them elsewhere
data: {motd: hello and welcome to the server}
)",
                                        .good = R"(
apiVersion: v1
kind: ConfigMap
metadata:
  name: web
  annotations: {note: short}
data: {motd: hello}
---
apiVersion: v1
kind: Secret
metadata: {name: web}
data: {key: aGVsbG8gYW5kIHdlbGNvbWUgdG8gdGhl}
)",
                                        .config = "checks:\n  config-object-too-large:\n    max_data: 30\n    max_annotations: 10\n",
                                        .path = "app.yaml"}};

extern constinit const Check config_object_too_large = {
    .id = "config-object-too-large",
    .title = "ConfigMap, Secret or annotation exceeds the size limit.",
    .category = Category::correctness,
    .severity = Severity::medium,
    .profile = Profile::bugs,
    .why =
        "The API server refuses more than 1 MiB of data in a ConfigMap or Secret and more than 256 KiB of annotations, because every object must fit into one "
        "request to etcd.",
    .options = options,
    .examples = examples,
    .run = on_every_object(run),
};

}
