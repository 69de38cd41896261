#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "analyzer/engine/analyze.h"
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

// Another file that a finding names as a related place.
struct Neighbour {
    std::string uri;
    TextDocument text;   // empty when it is not known; then the place is the start of the file
};

struct OpenDocument {
    std::string uri, language;
    std::string path;   // "" when it is on no disk
    std::int64_t version = 0;
    TextDocument text;
    FileAnalysis analysis;                                      // the last one; its findings are those that are shown
    std::map<std::string, Neighbour, std::less<>> neighbours;   // by the paths in Related
    std::string published;                                      // diagnostics as they were sent last
    bool dirty = true;                                          // changed since the last analysis
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
