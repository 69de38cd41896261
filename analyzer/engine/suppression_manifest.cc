#include <algorithm>

#include "analyzer/engine/config.h"
#include "analyzer/engine/registry.h"
#include "analyzer/engine/suppression_dialects.h"
#include "analyzer/engine/suppression_objects.h"
#include "analyzer/kubernetes/object.h"

// Where comments in a manifest hold: for the entry or item that begins on the comment's line or on the next one, with all below it.

namespace plimsoll::suppressing {

namespace {

// Past the records of a document that begin before an offset, skipping whole subtrees.
yaml::Node first_from(yaml::Node node, std::uint32_t offset) {
    while (node && node.span().begin < offset) {
        yaml::Node inside;
        const auto consider = [&](yaml::Node child) {
            if (!inside && (child.span().begin >= offset || child.span().end > offset)) inside = child;
        };
        if (node.is_alias()) return {};
        for (const yaml::Entry& entry : node.entries()) {
            consider(entry.key);
            consider(entry.value);
            if (inside) break;
        }
        for (yaml::Node item : node.items()) {
            consider(item);
            if (inside) break;
        }
        node = inside;
    }
    return node;
}

class ManifestReader : Reader {
public:
    ManifestReader(const kubernetes::Manifest& file, const Registry& registry, const Settings& settings)
        : Reader(file.source(), registry, settings), file_(file) {}

    std::vector<Suppression> run() {
        for (const yaml::Comment& comment : file_.stream().comments()) add(comment.span, Place::file, nullptr, nullptr);
        join_blocks();
        for (const Comment& comment : comments_) read(comment);
        return finished();
    }

private:
    void read(const Comment& comment) {
        std::string_view text = source_.slice(comment.span);
        const std::size_t hashes = std::min(text.find_first_not_of('#'), text.size());
        Cursor cursor(text.substr(hashes), comment.span.begin + static_cast<std::uint32_t>(hashes));
        cursor.skip_blanks();
        const std::string_view rest = cursor.rest();
        if (rest.starts_with("plimsoll")) return read_own(comment, cursor);
        if (rest.starts_with("kics-scan")) return read_kics(comment, cursor);
        if (text.find(":ignore:") != std::string_view::npos) read_trivy(comment, text);
        if (text.find("nosem") != std::string_view::npos) read_semgrep(comment, text);
        if (text.find("NOSONAR") != std::string_view::npos) read_sonar(comment, text);
    }

    const yaml::Document* document_at(std::uint32_t offset) const {
        for (const yaml::Document& document : file_.stream().documents())
            if (offset < document.span.end) return &document;
        return nullptr;
    }

    // The entry or item that begins on a line; with a comment above a whole document, the document.
    std::optional<Span> starting_on(std::uint32_t line) const {
        if (line > source_.line_count()) return std::nullopt;
        const Span whole = source_.line_span(line);
        const yaml::Document* document = document_at(whole.begin);
        if (!document || !document->root) return std::nullopt;
        yaml::Node node = first_from(document->root, whole.begin);
        if (!node || node.span().begin > whole.end) return std::nullopt;
        // A block that hangs below an earlier line's key is more than the line: take its first entry.
        while ((node.is_mapping() || node.is_sequence()) && node.key() && node.key().span().begin < whole.begin) {
            const yaml::Node first = node.is_mapping() ? (*node.entries().begin()).key : *node.items().begin();
            if (first == node) break;
            node = first;
            if (node.is_scalar()) break;
        }
        Span span = node.span();
        if (const yaml::Node parent = node.parent(); parent.is_mapping() && node.is_scalar() && !node.key())
            if (const yaml::Node value = value_of(parent, node)) span = cover(span, value.span());
        return span;
    }

    static yaml::Node value_of(yaml::Node mapping, yaml::Node key) {
        for (const yaml::Entry& entry : mapping.entries())
            if (entry.key == key) return entry.value;
        return {};
    }

    std::optional<Span> here_or_below(const Comment& comment) const {
        if (comment.alone) return starting_on(comment.block_end + 1);
        const std::optional<Span> begun = starting_on(comment.line);
        const Span line = source_.line_span(comment.line);
        return begun ? cover(line, *begun) : line;
    }

    std::vector<Span> own_scope(const Comment& comment) const override {
        std::optional<Span> scope = here_or_below(comment);
        // Blank lines between a comment and what it speaks of are nobody's fault.
        for (std::uint32_t line = comment.block_end + 2; !scope && line <= comment.block_end + 4; ++line) scope = starting_on(line);
        return scope ? std::vector<Span>{*scope} : std::vector<Span>{};
    }

    std::vector<Span> here_or_next(const Comment& comment) const override {
        return {comment.alone ? source_.line_span(comment.line + 1) : source_.line_span(comment.line)};
    }

    std::optional<Span> trivy_scope(const Comment& comment) const override { return here_or_below(comment); }

    std::optional<Span> kics_scope(const Comment& comment, bool block) const override {
        if (block) return starting_on(comment.line + 1);
        return source_.line_span(comment.line + 1);
    }

    bool heads_file(const Comment& comment) const override {
        const auto& documents = file_.stream().documents();
        const auto first = std::find_if(documents.begin(), documents.end(), [](const yaml::Document& document) { return bool(document.root); });
        return first == documents.end() || comment.span.end <= first->first;
    }

    const kubernetes::Manifest& file_;
};

}

}

namespace plimsoll {

std::vector<Suppression> suppressions_of(const kubernetes::Manifest& file, const Registry& registry, const Settings& settings) {
    std::vector<Suppression> found = suppressing::ManifestReader(file, registry, settings).run();
    for (const auto& object : file.objects()) suppressing::read_object(*object, registry, found);
    std::stable_sort(found.begin(), found.end(), [](const Suppression& a, const Suppression& b) { return a.span < b.span; });
    return found;
}

}
