#include "analyzer/engine/check.h"
#include "analyzer/output/excerpt.h"
#include "analyzer/output/names.h"
#include "analyzer/output/uri.h"
#include "analyzer/output/writer.h"

namespace plimsoll::output {

namespace {

constexpr std::string_view bold = "\033[1m", dim = "\033[2m", blue = "\033[34m", reset = "\033[0m";

constexpr std::string_view color_of(Severity severity) {
    constexpr std::string_view colors[] = {"\033[36m", "\033[34m", "\033[33m", "\033[31m", "\033[1;35m"};
    return colors[static_cast<unsigned>(severity)];
}

class TextWriter {
public:
    TextWriter(const Report& report, const WriteOptions& options, std::string& out) : report_(report), options_(options), out_(out) {}

    void headline(const Finding& finding) {
        place(finding.path, source_of(finding.path), finding.span);
        out_ += ": ";
        painted(color_of(finding.severity), plimsoll::name_of(finding.severity));
        out_ += ": ";
        painted(bold, printable(finding.message));
        out_ += ' ';
        painted(dim, "[" + std::string(finding.check->id) + "]");
        if (finding.silenced) out_ += " (suppressed by " + printable(finding.silenced->by) + ")";
        out_ += '\n';
    }

    void details(const Finding& finding) {
        std::size_t gutter = 2;
        if (const Source* source = source_of(finding.path)) gutter = marked_line(*source, finding);
        for (const Related& related : finding.related) {
            out_.append(gutter + 1, ' ') += "see ";
            place(related.path, source_of(related.path), related.span);
            out_ += ": " + printable(related.message) + "\n";
        }
        if (finding.fix) {
            out_.append(gutter + 1, ' ') += "fix: " + printable(finding.fix->title);
            out_ += " (" + std::string(name_of(finding.fix->safety)) + ")\n";
        }
    }

private:
    const Source* source_of(std::string_view path) {
        if (!source_ || source_->path() != path) source_ = report_.source(path);
        return source_;
    }

    void painted(std::string_view color, std::string_view text) {
        if (options_.color)
            out_.append(color).append(text).append(reset);
        else
            out_ += text;
    }

    void place(std::string_view path, const Source* source, Span span) {
        Position position = source ? source->position(span.begin) : Position{};
        std::string text = printable(path) + ":" + std::to_string(position.line) + ":" + std::to_string(position.column);
        if (options_.links) text = "\033]8;;" + file_uri(absolute_path(options_.working_directory, path)) + "\033\\" + text + "\033]8;;\033\\";
        painted(bold, text);
    }

    // Source line and carets; gives the width of the gutter.
    std::size_t marked_line(const Source& source, const Finding& finding) {
        Excerpt shown = excerpt(source, finding.span);
        std::string number = std::to_string(shown.line);
        std::size_t gutter = number.size() < 4 ? 4 : number.size();
        std::string blank(gutter, ' ');
        painted(blue, std::string(gutter - number.size(), ' ') + number + " |");
        if (!shown.text.empty()) out_.append(1, ' ').append(shown.text);
        out_ += '\n';
        painted(blue, blank + " |");
        out_.append(shown.indent + 1, ' ');
        painted(color_of(finding.severity), std::string(shown.width, '^') + (shown.more_lines ? "..." : ""));
        out_ += '\n';
        return gutter;
    }

    const Report& report_;
    const WriteOptions& options_;
    std::string& out_;
    const Source* source_ = nullptr;   // of the last path asked for
};

}

void write_text(const Report& report, const WriteOptions& options, std::string& out) {
    write_in_portions(report, options, out, [&](std::span<const Finding> findings, std::string& text) {
        TextWriter writer(report, options, text);
        for (const Finding& finding : findings) {
            writer.headline(finding);
            writer.details(finding);
            text += '\n';
        }
    });
}

void write_concise(const Report& report, const WriteOptions& options, std::string& out) {
    write_in_portions(report, options, out, [&](std::span<const Finding> findings, std::string& text) {
        TextWriter writer(report, options, text);
        for (const Finding& finding : findings) writer.headline(finding);
    });
}

}
