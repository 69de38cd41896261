#include "analyzer/engine/template_place.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <variant>

#include "analyzer/engine/filesystem.h"

namespace plimsoll {

namespace {

// Without its line end.
Span line_around(const Source& source, std::uint32_t offset) {
    Span line = source.whole_lines({offset, offset});
    while (!line.empty() && (source.text()[line.end - 1] == '\n' || source.text()[line.end - 1] == '\r')) --line.end;
    return line;
}

// A template and the lines that stand in it once.
class Template {
public:
    Template(std::string path, std::string text) : source_(std::make_shared<const Source>(std::move(path), std::move(text))) {
        bool in_comment = false;
        for (std::uint32_t number = 1; number <= source_->line_count(); ++number) {
            const std::string_view line = source_->slice(source_->line_span(number));
            const bool commented = in_comment;
            in_comment = leaves_open(line, in_comment);
            if (commented) continue;
            const auto [entry, is_new] = lines_.try_emplace(line, number);
            if (!is_new) entry->second = 0;
        }
    }

    const std::shared_ptr<const Source>& source() const { return source_; }

    // The offset in the template of a byte of the rendered text.
    std::optional<std::uint32_t> find(const Source& rendered, std::uint32_t offset) const {
        const Span line = line_around(rendered, offset);
        const std::string_view text = rendered.slice(line);
        const auto is_telling = [](char c) { return ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z') || ('0' <= c && c <= '9'); };
        if (std::none_of(text.begin(), text.end(), is_telling)) return std::nullopt;
        const auto found = lines_.find(text);
        if (found == lines_.end() || found->second == 0) return std::nullopt;
        return source_->line_span(found->second).begin + std::min(offset - std::min(offset, line.begin), line.size());
    }

    // The span when all of it is there, else what there is of it on its first line.
    Span span_at(const Source& rendered, Span span, std::uint32_t begin) const {
        const std::string_view wanted = rendered.slice(span);
        if (source_->text().substr(begin, wanted.size()) == wanted) return {begin, begin + span.size()};
        return {begin, std::max(begin, line_around(*source_, begin).end)};
    }

private:
    // Whether the line ends inside {{/* ... */}}: Helm leaves that out, so nothing there was rendered.
    static bool leaves_open(std::string_view line, bool open) {
        while (true) {
            const std::size_t at = open ? line.find("*/") : std::min(line.find("{{/*"), line.find("{{- /*"));
            if (at == std::string_view::npos) return open;
            line.remove_prefix(at + (open ? 2 : 4));
            open = !open;
        }
    }

    std::shared_ptr<const Source> source_;
    std::unordered_map<std::string_view, std::uint32_t> lines_;   // 0: more than once
};

class Mover {
public:
    Mover(const kubernetes::Manifest& manifest, const FileSystem* files) : manifest_(manifest), rendered_(manifest.source()), files_(files) {}

    void name_template(Finding& finding) {
        if (finding.path != rendered_.path()) return;
        const std::string_view origin = origin_of(finding.span.begin);
        if (origin.empty()) return;
        const Template* found = find(origin);
        if (found && move(finding, *found)) return;
        finding.related.push_back({found ? found->source()->path() : std::string(origin), {}, "the template it was rendered from"});
    }

    std::vector<std::shared_ptr<const Source>> moved_to() && { return std::move(moved_to_); }

private:
    std::string_view origin_of(std::uint32_t offset) const {
        const auto& documents = manifest_.stream().documents();
        const auto after = std::upper_bound(documents.begin(), documents.end(), offset,
                                            [](std::uint32_t at, const yaml::Document& document) { return at < document.span.begin; });
        return after == documents.begin() ? std::string_view() : manifest_.rendered_from(static_cast<std::uint32_t>(after - 1 - documents.begin()));
    }

    // Null when it is not there. Only below the folder of the rendered file.
    const Template* find(std::string_view origin) {
        const auto [entry, is_new] = known_.try_emplace(origin);
        if (!is_new || !files_) return entry->second.get();
        const std::string path = clean_path(origin);
        if (path.starts_with('/') || path == ".." || path.starts_with("../")) return nullptr;
        const std::string folder = folder_of(rendered_.path());
        for (const std::string& candidate : {path, path.substr(path.find('/') + 1)}) {
            const std::string place = join_path(folder, candidate);
            if (place == rendered_.path() || files_->type(place) != FileType::regular) continue;
            ReadResult read = files_->read(place);
            if (std::string* text = std::get_if<std::string>(&read)) entry->second = std::make_unique<const Template>(place, std::move(*text));
            break;
        }
        return entry->second.get();
    }

    bool move(Finding& finding, const Template& to) {
        const auto begin = to.find(rendered_, finding.span.begin);
        if (!begin) return false;
        finding.related.push_back({rendered_.path(), finding.span, "the rendered line"});
        finding.path = to.source()->path();
        finding.span = to.span_at(rendered_, finding.span, *begin);
        finding.anchor = to.find(rendered_, finding.anchor).value_or(finding.span.begin);
        finding.fix.reset();
        if (std::find(moved_to_.begin(), moved_to_.end(), to.source()) == moved_to_.end()) moved_to_.push_back(to.source());
        return true;
    }

    const kubernetes::Manifest& manifest_;
    const Source& rendered_;
    const FileSystem* files_;
    std::map<std::string_view, std::unique_ptr<const Template>> known_;
    std::vector<std::shared_ptr<const Source>> moved_to_;
};

}

std::vector<std::shared_ptr<const Source>> point_into_templates(std::vector<Finding>& findings, const kubernetes::Manifest& manifest, const FileSystem* files) {
    Mover mover(manifest, files);
    for (Finding& finding : findings) mover.name_template(finding);
    return std::move(mover).moved_to();
}

}
