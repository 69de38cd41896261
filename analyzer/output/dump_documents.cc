#include "analyzer/output/dump_documents.h"

#include "analyzer/output/json_writer.h"
#include "analyzer/text/sha256.h"
#include "analyzer/yaml/json.h"
#include "analyzer/yaml/stream.h"

namespace plimsoll {

namespace {

void write_names(output::JsonWriter& json, yaml::Node root) {
    yaml::Node metadata = root["metadata"];
    auto member = [&](std::string_view name, yaml::Node node) {
        if (node.type() == yaml::Type::text) json.member_if(name, node.scalar());
    };
    member("apiVersion", root["apiVersion"]);
    member("kind", root["kind"]);
    member("namespace", metadata["namespace"]);
    member("name", metadata["name"]);
}

}

std::string dump_documents(const Source& source) {
    std::string out;
    yaml::Stream stream(source);
    for (const yaml::Document& document : stream.documents()) {
        if (!document.root && !document.refused) continue;
        output::JsonWriter json(out);
        json.begin_object().member("path", source.path()).member("index", document.index).member("line", source.line_of(document.first));
        std::optional<std::string> text = document.refused ? std::nullopt : yaml::to_json(document.root);
        json.member("status", text ? "ok" : "error");
        if (text) {
            write_names(json, document.root);
            json.member("sha256", sha256(*text));
        }
        json.end_object();
        out += '\n';
    }
    return out;
}

}
