#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analyzer/engine/finding.h"
#include "analyzer/lsp/text_document.h"
#include "analyzer/output/json_writer.h"

// What the server answers, written from findings. No JSON is read here.
namespace plimsoll::lsp {

// What the editor said it can do.
struct Client {
    Encoding encoding = Encoding::utf16;
    bool related = false;   // relatedInformation of diagnostics
    bool code_description = false;
    bool tags = false;
    bool data = false;
    bool document_changes = false;   // versioned edits
    bool annotations = false;        // edits that ask for confirmation
    bool markdown = false;           // in hovers
    bool preferred = false;          // isPreferred of code actions
    bool watch = false;              // file watchers registered by the server
};

struct OpenDocument {
    std::string uri, language;
    std::string path;   // "" when it is on no disk
    std::int64_t version = 0;
    TextDocument text;
    std::vector<Finding> findings;   // shown ones of the last analysis
    bool dirty = true;               // changed since then
};

void write_range(output::JsonWriter& json, const OpenDocument& document, const Client& client, Span span);
void write_diagnostic(output::JsonWriter& json, const OpenDocument& document, const Client& client, const Finding& finding);
// A code action that applies the finding's fix.
void write_quick_fix(output::JsonWriter& json, const OpenDocument& document, const Client& client, const Finding& finding);
// A code action that turns the document into `fixed`.
void write_fix_all(output::JsonWriter& json, const OpenDocument& document, const Client& client, std::string_view fixed);
// The documentation of the findings at an offset, or null.
void write_hover(output::JsonWriter& json, const OpenDocument& document, const Client& client, std::uint32_t offset);

}
