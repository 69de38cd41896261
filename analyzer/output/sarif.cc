#include <algorithm>
#include <unordered_map>

#include "analyzer/engine/fingerprint.h"
#include "analyzer/engine/check.h"
#include "analyzer/output/explain.h"
#include "analyzer/output/json_writer.h"
#include "analyzer/output/line_hash.h"
#include "analyzer/output/names.h"
#include "analyzer/output/unicode.h"
#include "analyzer/output/uri.h"
#include "analyzer/output/version.h"
#include "analyzer/output/writer.h"

namespace plimsoll::output {

namespace {

constexpr std::size_t most_results = 25000;   // code scanning refuses more
constexpr std::size_t most_tags = 20;
constexpr std::string_view schema = "https://json.schemastore.org/sarif-2.1.0.json";
constexpr std::string_view root_id = "%SRCROOT%";

std::string_view level_of(Severity severity) {
    constexpr std::string_view levels[] = {"note", "note", "warning", "error", "error"};
    return levels[static_cast<unsigned>(severity)];
}

// Numbers that fall into the band of the same name.
std::string_view security_severity_of(Severity severity) {
    constexpr std::string_view numbers[] = {"1.0", "3.0", "5.5", "8.0", "9.5"};
    return numbers[static_cast<unsigned>(severity)];
}

std::string_view problem_severity_of(Severity severity) {
    constexpr std::string_view names[] = {"recommendation", "recommendation", "warning", "error", "error"};
    return names[static_cast<unsigned>(severity)];
}

bool is_security(const Check& check) { return check.category == Category::security || check.category == Category::supply_chain; }

// Cut at a character's start to what the format allows.
std::string_view cut(std::string_view text, std::size_t size = 1024) {
    if (text.size() <= size) return text;
    while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0) == 0x80) --size;
    return text.substr(0, size);
}

// One-based line and column in UTF-16 code units; a byte order mark is no part of the text.
Position utf16_position(const Source& source, std::uint32_t offset) {
    Position position = source.position(offset);
    std::uint32_t begin = offset - (position.column - 1);
    if (position.line == 1) begin = std::min(offset, begin + source.bom());
    position.column = static_cast<std::uint32_t>(utf16_size(source.slice({begin, offset}))) + 1;
    return position;
}

class SarifWriter {
public:
    SarifWriter(const Report& report, const WriteOptions& options, std::string& out) : report_(report), options_(options), json_(out, true) {}

    void write() {
        choose_results();
        json_.begin_object().member("$schema", schema).member("version", "2.1.0").key("runs").begin_array().begin_object();
        write_tool();
        write_invocation();
        json_.key("automationDetails").begin_object().member("id", "plimsoll/").end_object();
        json_.member("columnKind", "utf16CodeUnits");
        json_.key("originalUriBaseIds").begin_object().key(root_id).begin_object().key("description").begin_object();
        json_.member("text", "The root of the repository, or the working directory outside one.").end_object().end_object().end_object();
        json_.key("results").begin_array();
        for (const Finding* finding : results_) write_result(*finding);
        json_.end_array().end_object().end_array().end_object();
    }

private:
    // Worst first when not all may stay; rules are numbered by id.
    void choose_results() {
        for (const Finding& finding : report_.findings)
            if (!finding.silenced) results_.push_back(&finding);
        if (results_.size() > most_results) {
            left_out_ = results_.size() - most_results;
            std::stable_sort(results_.begin(), results_.end(), [](const Finding* a, const Finding* b) { return a->severity > b->severity; });
            results_.resize(most_results);
            std::sort(results_.begin(), results_.end());   // by address: the report's own order again
        }
        for (const Finding* finding : results_) rules_.push_back(finding->check);
        std::sort(rules_.begin(), rules_.end(), [](const Check* a, const Check* b) { return a->id < b->id; });
        rules_.erase(std::unique(rules_.begin(), rules_.end()), rules_.end());
        for (std::size_t i = 0; i < rules_.size(); ++i) rule_index_[rules_[i]] = i;
    }

    void text_member(std::string_view name, std::string_view text) { json_.key(name).begin_object().member("text", text).end_object(); }

    void write_tool() {
        json_.key("tool").begin_object().key("driver").begin_object();
        json_.member("name", "Plimsoll").member("semanticVersion", version).member("version", version).key("rules").begin_array();
        for (const Check* check : rules_) write_rule(*check);
        json_.end_array().end_object().end_object();
    }

    void write_rule(const Check& check) {
        json_.begin_object().member("id", check.id).member("name", camel_case(check.id));
        text_member("shortDescription", cut(check.title));
        text_member("fullDescription", cut(check.why.empty() ? check.title : check.why));
        json_.key("help").begin_object().member("text", explain_text(check)).member("markdown", explain_markdown(check)).end_object();
        json_.member_if("helpUri", url_of(check));
        json_.key("defaultConfiguration").begin_object().member("level", level_of(check.severity)).end_object();
        json_.key("properties").begin_object();
        json_.key("tags").begin_array().value(name_of(check.category));
        std::size_t tags = 1;
        for (std::string_view standard : check.standards)
            if (tags++ < most_tags) json_.value(standard);
        json_.end_array().member("precision", check.profile == Profile::strict ? "high" : "very-high");
        json_.member("problem.severity", problem_severity_of(check.severity));
        if (is_security(check)) json_.member("security-severity", security_severity_of(check.severity));
        json_.end_object().end_object();
    }

    static std::string camel_case(std::string_view id) {
        std::string out;
        bool upper = true;
        for (char letter : id) {
            if (letter != '-') out += upper && letter >= 'a' && letter <= 'z' ? static_cast<char>(letter - 'a' + 'A') : letter;
            upper = letter == '-';
        }
        return out;
    }

    void write_invocation() {
        json_.key("invocations").begin_array().begin_object().member("executionSuccessful", report_.exit_code != 2).member("exitCode", report_.exit_code);
        json_.key("toolExecutionNotifications").begin_array();
        for (const FileResult& file : report_.files)
            if (file.status == Status::partial || file.status == Status::failed) write_notification(file);
        if (left_out_) {
            json_.begin_object().member("level", "warning");
            text_member("message",
                        std::to_string(left_out_) + " findings of the lowest severities are left out, code scanning takes " + std::to_string(most_results));
            json_.end_object();
        }
        json_.end_array();
        json_.key("toolConfigurationNotifications").begin_array();
        for (const ConfigProblem& problem : options_.problems) write_notification(problem);
        json_.end_array().end_object().end_array();
    }

    void write_notification(const FileResult& file) {
        json_.begin_object().member("level", file.status == Status::failed ? "error" : "warning");
        text_member("message", std::string(plimsoll::name_of(file.status)) + ": " + (file.reason.empty() ? "no reason given" : file.reason));
        json_.key("locations").begin_array();
        if (file.regions.empty()) write_location(file.path, nullptr, {}, nullptr);
        for (Span region : file.regions) write_location(file.path, file.source.get(), region, nullptr);
        json_.end_array().end_object();
    }

    void write_notification(const ConfigProblem& problem) {
        json_.begin_object().member("level", "error");
        text_member("message", problem.message);
        if (!problem.path.empty()) {
            json_.key("locations").begin_array().begin_object().key("physicalLocation").begin_object();
            write_artifact(problem.path);
            if (problem.line) json_.key("region").begin_object().member("startLine", problem.line).end_object();
            json_.end_object().end_object().end_array();
        }
        json_.end_object();
    }

    // Relative to the repository where the file lies below it.
    void write_artifact(std::string_view path) {
        const std::string& folder = options_.working_directory;
        std::string absolute = folder.empty() && !path.starts_with('/') ? "" : absolute_path(folder, path);
        std::string_view relative = absolute.empty() ? path : below(options_.repository.empty() ? folder : options_.repository, absolute);
        json_.key("artifactLocation").begin_object();
        if (relative.empty())
            json_.member("uri", file_uri(absolute));
        else
            json_.member("uri", encode_uri_path(relative)).member("uriBaseId", root_id);
        json_.end_object();
    }

    void write_region(std::string_view name, const Source& source, Span span, const std::string* inserted = nullptr) {
        Position start = utf16_position(source, span.begin), end = utf16_position(source, span.end);
        json_.key(name).begin_object().member("startLine", start.line).member("startColumn", start.column);
        json_.member("endLine", end.line).member("endColumn", end.column).end_object();
        if (inserted) text_member("insertedContent", *inserted);
    }

    void write_location(std::string_view path, const Source* source, Span span, const std::string* message, std::size_t id = 0) {
        json_.begin_object();
        if (id) json_.member("id", id);
        json_.key("physicalLocation").begin_object();
        write_artifact(path);
        if (source) write_region("region", *source, span);
        json_.end_object();
        if (message) text_member("message", *message);
        json_.end_object();
    }

    const Source* source_of(std::string_view path) {
        if (!source_ || source_->path() != path) {
            source_ = report_.source(path);
            hashes_.clear();
        }
        return source_;
    }

    void write_result(const Finding& finding) {
        const Source* source = source_of(finding.path);
        json_.begin_object().member("ruleId", finding.check->id).member("ruleIndex", rule_index_[finding.check]).member("level", level_of(finding.severity));
        text_member("message", message_of(finding));
        json_.key("locations").begin_array();
        write_location(finding.path, source, finding.span, nullptr);
        json_.end_array();
        if (!finding.related.empty()) write_related(finding);
        write_fingerprints(finding, source);
        if (finding.fix && !finding.fix->edits.empty() && source) write_fix(*finding.fix, finding.path, *source);
        json_.end_object();
    }

    // Related places are shown only when the message links to them.
    static std::string message_of(const Finding& finding) {
        std::string out;
        for (char letter : finding.message) {
            if (letter == '[' || letter == ']' || letter == '\\') out += '\\';
            out += letter;
        }
        for (std::size_t i = 0; i < finding.related.size(); ++i) out += (i ? ", [" : " (see [") + std::to_string(i + 1) + "](" + std::to_string(i + 1) + ")";
        return finding.related.empty() ? out : out + ")";
    }

    void write_related(const Finding& finding) {
        json_.key("relatedLocations").begin_array();
        for (std::size_t i = 0; i < finding.related.size(); ++i) {
            const Related& related = finding.related[i];
            write_location(related.path, report_.source(related.path), related.span, &related.message, i + 1);
        }
        json_.end_array();
    }

    void write_fingerprints(const Finding& finding, const Source* source) {
        if (source && hashes_.empty()) hashes_ = line_hashes(source->text());
        std::size_t line = source ? source->line_of(finding.span.begin) : 0;
        json_.key("partialFingerprints").begin_object();
        if (line > 0 && line <= hashes_.size()) json_.member("primaryLocationLineHash", hashes_[line - 1]);
        json_.member("plimsoll/v1", fingerprint_text(finding)).end_object();
    }

    void write_fix(const Fix& fix, std::string_view path, const Source& source) {
        json_.key("fixes").begin_array().begin_object();
        text_member("description", fix.title);
        json_.key("artifactChanges").begin_array().begin_object();
        write_artifact(path);
        json_.key("replacements").begin_array();
        for (const Edit& edit : fix.edits) {
            json_.begin_object();
            write_region("deletedRegion", source, edit.span, &edit.text);
            json_.end_object();
        }
        json_.end_array().end_object().end_array().end_object().end_array();
    }

    const Report& report_;
    const WriteOptions& options_;
    JsonWriter json_;
    std::vector<const Finding*> results_;
    std::size_t left_out_ = 0;
    std::vector<const Check*> rules_;
    std::unordered_map<const Check*, std::size_t> rule_index_;
    const Source* source_ = nullptr;    // of the last path asked for
    std::vector<std::string> hashes_;   // of its lines
};

}

void write_sarif(const Report& report, const WriteOptions& options, std::string& out) {
    SarifWriter(report, options, out).write();
    out += '\n';
}

}
