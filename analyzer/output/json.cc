#include <map>

#include "analyzer/engine/fingerprint.h"
#include "analyzer/engine/check.h"
#include "analyzer/output/json_writer.h"
#include "analyzer/output/names.h"
#include "analyzer/output/version.h"
#include "analyzer/output/writer.h"

namespace plimsoll::output {

namespace {

void write_position(JsonWriter& json, const Source* source, std::uint32_t offset) {
    Position position = source ? source->position(offset) : Position{};
    json.begin_object().member("line", position.line).member("column", position.column).member("offset", offset).end_object();
}

void write_range(JsonWriter& json, const Source* source, Span span) {
    json.begin_object().key("start");
    write_position(json, source, span.begin);
    json.key("end");
    write_position(json, source, span.end);
    json.end_object();
}

template <typename List>
void write_strings(JsonWriter& json, std::string_view name, const List& list) {
    json.key(name).begin_array();
    for (std::string_view item : list) json.value(item);
    json.end_array();
}

void write_summary(JsonWriter& json, const Report& report) {
    const Summary& summary = report.summary;
    json.key("summary").begin_object().key("files").begin_object();
    json.member("total", summary.total).member("analysed", summary.analysed).member("partial", summary.partial);
    json.member("not_applicable", summary.not_applicable).member("failed", summary.failed).end_object();
    json.member("documents", summary.documents).member("objects", summary.objects);
    if (const std::size_t number = report.not_validated()) json.member("notValidated", number);
    json.key("findings").begin_object();
    for (unsigned i = 5; i-- > 0;) json.member(plimsoll::name_of(static_cast<Severity>(i)), summary.by_severity[i]);
    json.end_object();
    json.member("suppressed", summary.suppressed).member("exitCode", report.exit_code).end_object();
}

void write_file_result(JsonWriter& json, const FileResult& file) {
    json.begin_object().member("path", file.path).member("status", plimsoll::name_of(file.status)).member("kind", plimsoll::name_of(file.kind));
    json.member_if("reason", file.reason);
    if (!file.regions.empty()) {
        json.key("regions").begin_array();
        for (Span region : file.regions) write_range(json, file.source.get(), region);
        json.end_array();
    }
    json.end_object();
}

void write_fix(JsonWriter& json, const Fix& fix, const Source* source) {
    json.key("fix").begin_object().member("title", fix.title).member("safety", name_of(fix.safety)).key("edits").begin_array();
    for (const Edit& edit : fix.edits) {
        json.begin_object().key("range");
        write_range(json, source, edit.span);
        json.member("text", edit.text).end_object();
    }
    json.end_array().end_object();
}

void write_related(JsonWriter& json, const Finding& finding, const Report& report) {
    json.key("related").begin_array();
    for (const Related& related : finding.related) {
        json.begin_object().member("path", related.path).key("range");
        write_range(json, report.source(related.path), related.span);
        json.member("message", related.message).end_object();
    }
    json.end_array();
}

void write_finding(JsonWriter& json, const Finding& finding, const Report& report) {
    const Source* source = report.source(finding.path);
    json.begin_object().member("check", finding.check->id).member("severity", plimsoll::name_of(finding.severity));
    json.member("category", name_of(finding.check->category)).member("message", finding.message).member("path", finding.path).key("range");
    write_range(json, source, finding.span);
    json.key("anchor").begin_object().member("line", source ? source->line_of(finding.anchor) : 1).end_object();
    if (!finding.object) json.member_if("stage", finding.part);
    if (finding.object) {
        json.key("object").begin_object().member("apiVersion", finding.object->api_version).member("kind", finding.object->kind);
        json.member_if("namespace", finding.object->name_space).member("name", finding.object->name).end_object();
    }
    if (finding.object) json.member_if("container", finding.part);
    json.member_if("field", finding.field);
    write_strings(json, "aliases", finding.aliases);
    if (finding.check->standards.size() > 0) write_strings(json, "standards", finding.check->standards);
    json.member("fingerprint", fingerprint_text(finding));
    if (finding.silenced) {
        json.key("suppressed").begin_object().member("by", finding.silenced->by);
        json.member_if("reason", finding.silenced->reason).member_if("until", finding.silenced->until).end_object();
    }
    if (finding.fix && !finding.fix->edits.empty()) write_fix(json, *finding.fix, source);
    if (!finding.related.empty()) write_related(json, finding, report);
    json.member_if("url", url_of(*finding.check));
    json.end_object();
}

}

void write_json(const Report& report, const WriteOptions& options, std::string& out) {
    JsonWriter json(out, true);
    json.begin_object().member("schema", "plimsoll-findings-v1");
    json.key("tool").begin_object().member("name", "plimsoll").member("version", version).end_object();
    write_summary(json, report);
    json.key("files").begin_array();
    for (const FileResult& file : report.files) write_file_result(json, file);
    json.end_array().key("findings").begin_array();
    const Finding* first = report.findings.data();
    write_in_portions(report, options, out, [&](std::span<const Finding> findings, std::string& text) {
        JsonWriter portion(text, true, 2, findings.data() == first);
        for (const Finding& finding : findings) write_finding(portion, finding, report);
    });
    JsonWriter end(out, true, 2, report.findings.empty());
    end.end_array().end_object();
    out += '\n';
}

}
