#include "analyzer/engine/config.h"
#include "analyzer/engine/suppression_dialects.h"

// BuildKit's check directive and the comments of the Dockerfile language server.
//   # check=skip=RuleA,RuleB;error=true    as parser directive: the whole file; directly above an instruction or FROM: that one or its stage
//   # dockerfile-utils: ignore             everything about the instruction on the next line

namespace plimsoll::suppressing {

// The rules of every skip= part of "skip=A,B;error=true".
void DockerfileReader::check_ids(Cursor text, Suppression& found) const {
    while (!text.done()) {
        const bool skip = text.take("skip=");
        while (skip && !text.done() && text.peek() != ';') {
            text.skip_blanks();
            const std::uint32_t begin = text.place();
            const std::string_view name = text.take_while([](char c) { return c != ',' && c != ';' && !is_blank(c); });
            if (!name.empty()) {
                found.ids.push_back(id("buildkit", name == "all" ? "*" : name, begin));
                found.ids.back().text = name;
                found.ids.back().span = {begin, begin + static_cast<std::uint32_t>(name.size())};
            }
            text.skip_blanks();
            if (!text.take(",")) break;
        }
        text.take_while([](char c) { return c != ';'; });
        text.take(";");
        text.skip_blanks();
    }
}

void DockerfileReader::read_check_directive() {
    const docker::Directive* directive = file_.directive("check");
    if (!directive) return;
    Comment comment;
    comment.span = directive->span;
    comment.line = file_.source().line_of(directive->span.begin);
    Suppression found = start("buildkit", comment);
    // A directive that also sets something else must not lose that with a fix.
    if (directive->value.value.find(';') != std::string_view::npos) found.line = {directive->span.begin, directive->span.begin};
    check_ids(Cursor(directive->value.value, directive->value.span.begin), found);
    if (found.ids.empty()) return;
    found.scope = {whole_file()};
    found_.push_back(std::move(found));
}

void DockerfileReader::read_check_comment(const Comment& comment, Cursor text) {
    text.take("check");
    text.skip_blanks();
    if (!text.take("=")) return;
    text.skip_blanks();
    // Only what stands before the first blank counts here.
    const Cursor value(text.rest().substr(0, text.rest().find_first_of(" \t")), text.place());
    Suppression found = start("buildkit", comment);
    check_ids(value, found);
    if (found.ids.empty()) return;
    if (comment.place != Place::file)
        found.no_effect = "BuildKit reads it only at the very top of the file or directly above an instruction";
    else if (const docker::Instruction* next = below(comment))
        found.scope = {with_stage(*next)};
    else
        found.no_effect = "it is not at the very top of the file, nor directly above an instruction";
    found_.push_back(std::move(found));
}

void DockerfileReader::read_dockerfile_utils(const Comment& comment) {
    Suppression found = start("dockerfile-utils", comment);
    Suppression::Id all;
    all.text = "ignore";
    all.peer = "*";
    all.span = comment.span;
    found.ids.push_back(std::move(all));
    const docker::Instruction* next = comment.place == Place::file ? starting_on(comment.line + 1) : nullptr;
    if (next)
        found.scope = {next->span};
    else
        found.no_effect = "it holds only for an instruction on the very next line";
    found_.push_back(std::move(found));
}

}
