#include "analyzer/lsp/features.h"

#include <algorithm>

#include "analyzer/engine/fingerprint.h"
#include "analyzer/engine/check.h"
#include "analyzer/output/explain.h"
#include "analyzer/output/names.h"
#include "analyzer/output/unicode.h"

namespace plimsoll::lsp {

using output::JsonWriter;

namespace {

constexpr std::size_t most_hovers = 3;

// Error, warning, information, hint.
int severity_number(Severity severity) {
    constexpr int numbers[] = {4, 3, 2, 1, 1};
    return numbers[static_cast<unsigned>(severity)];
}

void write_place(JsonWriter& json, const TextDocument& text, const Client& client, std::uint32_t offset) {
    const Place place = text.place(offset, client.encoding);
    json.begin_object().member("line", place.line).member("character", place.character).end_object();
}

void write_span(JsonWriter& json, const TextDocument& text, const Client& client, Span span) {
    json.begin_object().key("start");
    write_place(json, text, client, span.begin);
    json.key("end");
    write_place(json, text, client, span.end);
    json.end_object();
}

// A client that cannot show related places gets them in the text.
std::string message_of(const Finding& finding, const OpenDocument& document, const Client& client) {
    std::string out = finding.message;
    if (client.related) return out;
    for (const Related& related : finding.related) {
        const auto other = document.neighbours.find(related.path);
        const TextDocument& text = other == document.neighbours.end() ? document.text : other->second.text;
        out += "\n" + (other == document.neighbours.end() ? "line " : related.path + ":");
        out += std::to_string(text.place(related.span.begin, client.encoding).line + 1) + ": " + related.message;
    }
    return out;
}

void write_tags(JsonWriter& json, const Check& check) {
    constexpr int unnecessary = 1, deprecated = 2;
    const bool unused = check.id.starts_with("unused-");
    if (!unused && check.category != Category::deprecation) return;
    json.key("tags").begin_array().value(unused ? unnecessary : deprecated).end_array();
}

void write_related(JsonWriter& json, const OpenDocument& document, const Client& client, const Finding& finding) {
    json.key("relatedInformation").begin_array();
    for (const Related& related : finding.related) {
        const auto other = document.neighbours.find(related.path);
        const bool here = other == document.neighbours.end();
        json.begin_object().key("location").begin_object().member("uri", here ? document.uri : other->second.uri).key("range");
        write_span(json, here ? document.text : other->second.text, client, related.span);
        json.end_object().member("message", related.message).end_object();
    }
    json.end_array();
}

// A WorkspaceEdit, versioned where the client knows versions.
void write_edit(JsonWriter& json, const OpenDocument& document, const Client& client, const std::vector<Edit>& edits, bool confirm) {
    confirm = confirm && client.annotations && client.document_changes;
    json.key("edit").begin_object();
    if (client.document_changes) {
        json.key("documentChanges").begin_array().begin_object().key("textDocument").begin_object();
        json.member("uri", document.uri).member("version", document.version).end_object().key("edits").begin_array();
    } else {
        json.key("changes").begin_object().key(document.uri).begin_array();
    }
    for (const Edit& edit : edits) {
        json.begin_object().key("range");
        write_range(json, document, client, edit.span);
        json.member("newText", edit.text);
        if (confirm) json.member("annotationId", "unsafe");
        json.end_object();
    }
    if (client.document_changes)
        json.end_array().end_object().end_array();
    else
        json.end_array().end_object();
    if (confirm) {
        json.key("changeAnnotations").begin_object().key("unsafe").begin_object().member("label", "This fix may change what is built");
        json.member("needsConfirmation", true).end_object().end_object();
    }
    json.end_object();
}

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

// The smallest single edit between two texts, at character borders and never between CR and LF.
Edit difference(std::string_view before, std::string_view after) {
    const std::size_t shorter = std::min(before.size(), after.size());
    std::size_t head = 0, tail = 0;
    while (head < shorter && before[head] == after[head]) ++head;
    while (tail < shorter - head && before[before.size() - 1 - tail] == after[after.size() - 1 - tail]) ++tail;
    auto splits = [&](std::size_t at) {
        return at > 0 && at < before.size() && (is_continuation(before[at]) || (before[at] == '\n' && before[at - 1] == '\r'));
    };
    while (head > 0 && (splits(head) || (head < after.size() && is_continuation(after[head])))) --head;
    while (tail > 0 && (splits(before.size() - tail) || is_continuation(after[after.size() - tail]))) --tail;
    Span span{static_cast<std::uint32_t>(head), static_cast<std::uint32_t>(before.size() - tail)};
    return {span, std::string(after.substr(head, after.size() - tail - head))};
}

}

void write_range(JsonWriter& json, const OpenDocument& document, const Client& client, Span span) { write_span(json, document.text, client, span); }

void write_diagnostic(JsonWriter& json, const OpenDocument& document, const Client& client, const Finding& finding) {
    json.begin_object().key("range");
    write_range(json, document, client, finding.span);
    json.member("severity", severity_number(finding.severity)).member("code", finding.check->id);
    std::string url = client.code_description ? output::url_of(*finding.check) : "";
    if (!url.empty()) json.key("codeDescription").begin_object().member("href", url).end_object();
    json.member("source", "plimsoll").member("message", message_of(finding, document, client));
    if (client.tags) write_tags(json, *finding.check);
    if (client.related && !finding.related.empty()) write_related(json, document, client, finding);
    if (client.data) json.key("data").begin_object().member("fingerprint", fingerprint_text(finding)).end_object();
    json.end_object();
}

void write_quick_fix(JsonWriter& json, const OpenDocument& document, const Client& client, const Finding& finding) {
    const bool safe = finding.fix->safety == Safety::safe;
    json.begin_object().member("title", finding.fix->title + (safe ? "" : " (may change what is built)")).member("kind", "quickfix");
    json.key("diagnostics").begin_array();
    write_diagnostic(json, document, client, finding);
    json.end_array();
    if (safe && client.preferred) json.member("isPreferred", true);
    write_edit(json, document, client, finding.fix->edits, !safe);
    json.end_object();
}

void write_fix_all(JsonWriter& json, const OpenDocument& document, const Client& client, std::string_view fixed) {
    json.begin_object().member("title", "Fix all safe plimsoll findings").member("kind", "source.fixAll.plimsoll");
    write_edit(json, document, client, {difference(document.text.text(), fixed)}, false);
    json.end_object();
}

void write_hover(JsonWriter& json, const OpenDocument& document, const Client& client, std::uint32_t offset) {
    std::vector<const Finding*> here;
    for (const Finding& finding : document.analysis.findings) {
        const bool inside = finding.span.contains(offset) || (finding.span.empty() && finding.span.begin == offset);
        const bool known = std::any_of(here.begin(), here.end(), [&](const Finding* other) { return other->check == finding.check; });
        if (inside && !known && here.size() < most_hovers) here.push_back(&finding);
    }
    if (here.empty()) {
        json.raw("null");
        return;
    }
    std::string text;
    for (const Finding* finding : here) {
        if (!text.empty()) text += client.markdown ? "\n---\n\n" : "\n";
        text += client.markdown ? output::explain_markdown(*finding->check) : output::explain_text(*finding->check);
    }
    json.begin_object().key("contents").begin_object().member("kind", client.markdown ? "markdown" : "plaintext").member("value", text).end_object();
    json.key("range");
    write_range(json, document, client, here.front()->span);
    json.end_object();
}

}
