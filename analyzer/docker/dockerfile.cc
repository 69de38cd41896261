#include "analyzer/docker/dockerfile.h"

#include <algorithm>

#include "analyzer/docker/building.h"
#include "analyzer/docker/limits.h"
#include "analyzer/docker/meaning.h"
#include "analyzer/docker/tree.h"
#include "analyzer/docker/validate.h"
#include "analyzer/docker/words.h"

namespace plimsoll::docker {

// The first half of making a Dockerfile: instructions from lines.
struct SyntaxBuilder {
    Dockerfile& file;

    void run() {
        RawFile raw = read_lines(file.source_);
        file.escape_ = raw.escape;
        for (const RawDirective& directive : raw.directives) file.directives_.push_back({text(directive.name), text(directive.value), directive.whole});
        file.comments_ = std::move(raw.comments);
        directive_problems();
        for (RawInstruction& line : raw.instructions) add(line);
        file_problems();
    }

    Text text(Span span) const { return {file.source_.slice(span), span}; }

    // The logical line: a view of the file when it is one piece, a joined copy otherwise.
    Text join(const std::vector<Span>& pieces, Span keyword) {
        if (pieces.empty()) return text(keyword);
        if (pieces.size() == 1) return text(pieces.front());
        LineMap& map = file.maps_.emplace_back();
        map.reserve(pieces.size());
        std::uint32_t size = 0;
        for (Span piece : pieces) {
            if (!piece.empty()) map.push_back({size, piece.begin, piece.size()});
            size += piece.size();
        }
        std::string& joined = file.strings_.emplace_back();
        joined.reserve(size);
        for (Span piece : pieces) joined += file.source_.slice(piece);
        return {joined, {pieces.front().begin, pieces.back().end}, &map, 0};
    }

    void add(RawInstruction& raw) {
        Instruction& in = file.instructions_.emplace_back();
        in.index = file.instructions_.size() - 1;
        in.comments = std::move(raw.inner_comments);
        in.empty_lines = std::move(raw.empty_lines);
        Text line = join(raw.pieces, raw.keyword);
        const Span whole = trimmed(line).span;
        const bool cut = whole.size() > line_limit;
        if (cut) line = line.sub(0, line_limit);
        parse(in, line, 0);
        if (cut) forget_errors(in);
        in.span = in.line_span = whole;
        if (Instruction* owner = heredoc_owner(in)) {
            owner->heredocs = heredocs_in(line);
            place_heredocs(*owner, raw);
            in.span.end = owner->span.end = std::max(in.span.end, owner->span.end);
        }
    }

    // Of a line that was not read to its end: what is wrong at the cut is no one's fault, and half an array is none.
    static void forget_errors(Instruction& in) {
        for (Instruction* at = &in; at; at = at->trigger.get()) {
            at->error.reset();
            if (at->argument.value.starts_with('[')) at->argument = at->argument.sub(0, 0), at->words.clear();
        }
    }

    // Keyword, flags and arguments of one logical line, or of what follows ONBUILD.
    void parse(Instruction& in, const Text& line, int depth) {
        SplitLine split = split_line(line, file.escape_, file.strings_);
        in.name = split.name;
        in.keyword = keyword_of(split.name.value);
        in.line_span = in.span = trimmed(line).span;
        in.map = line.map;
        in.flags = std::move(split.flags);
        in.argument = split.argument;
        in.is_trigger = depth > 0;
        arguments(in, depth);
        if (!in.error) in.error = instruction_problem(in);
    }

    void arguments(Instruction& in, int depth) {
        const Text& argument = in.argument;
        if (argument.empty()) return;
        switch (in.keyword) {
            case Keyword::add:
            case Keyword::copy:
            case Keyword::volume:
                if (!json(in, argument)) in.words = blank_separated(argument);
                break;
            case Keyword::run:
            case Keyword::cmd:
            case Keyword::entrypoint:
            case Keyword::shell:
                if (!json(in, argument)) in.words = {argument};
                break;
            case Keyword::from:
            case Keyword::expose: in.words = blank_separated(argument); break;
            case Keyword::env:
            case Keyword::label: pairs(in); break;
            case Keyword::arg: names(in); break;
            case Keyword::healthcheck: healthcheck(in); break;
            case Keyword::onbuild: trigger(in, depth); break;
            case Keyword::maintainer:
            case Keyword::stopsignal:
            case Keyword::user:
            case Keyword::workdir: in.words = {argument}; break;
            case Keyword::unknown: break;
        }
    }

    // Takes the argument as a JSON array; false when it is none and has to be read in the plain form.
    bool json(Instruction& in, const Text& argument) {
        switch (json_array(argument, in.words, file.strings_)) {
            case Json::none: return false;
            case Json::strings:
                in.json = true;
                in.form = Form::exec;
                return true;
            case Json::other:
                in.error = Problem{argument.span, "the JSON array holds something else than strings: quote every element", Phase::parser};
                return true;
        }
        return false;
    }

    void pairs(Instruction& in) {
        std::vector<Text> words = quoted_words(in.argument, file.escape_);
        if (words.empty()) return;
        if (words[0].value.find('=') == std::string_view::npos) return legacy_pair(in);
        for (const Text& word : words) {
            std::size_t equals = word.value.find('=');
            if (equals == std::string_view::npos) {
                in.error = Problem{word.span, "there is no \"=\" in \"" + std::string(word.value) + "\": write name=value and quote values with blanks",
                                   Phase::parser};
                return;
            }
            Pair pair{word.sub(0, equals), word.sub(equals + 1), true, false};
            in.words.insert(in.words.end(), {pair.key, pair.value, word.sub(equals, equals + 1)});
            in.pairs.push_back(pair);
        }
    }

    void legacy_pair(Instruction& in) {
        auto [key, rest] = key_and_rest(in.argument);
        if (!rest) {
            in.error = Problem{
                key.span, std::string(name_of(in.keyword)) + " \"" + std::string(key.value) + "\" has no value: write " + std::string(key.value) + "=value",
                Phase::parser};
            return;
        }
        in.words = {key, *rest, rest->sub(0, 0)};
        in.pairs.push_back({key, *rest, true, true});
    }

    void names(Instruction& in) {
        in.words = quoted_words(in.argument, file.escape_);
        for (const Text& word : in.words) {
            std::size_t equals = word.value.find('=');
            bool has_value = equals != std::string_view::npos;
            in.pairs.push_back({word.sub(0, equals), has_value ? word.sub(equals + 1) : word.sub(word.value.size()), has_value, false});
        }
    }

    void healthcheck(Instruction& in) {
        auto [type, rest] = type_and_rest(in.argument);
        if (!rest.empty() && !json(in, rest)) in.words = {rest};
        in.words.insert(in.words.begin(), type);
    }

    // BuildKit follows ONBUILD ONBUILD ... to any depth and refuses it afterwards; one level shows that.
    void trigger(Instruction& in, int depth) {
        if (depth > 1) return;
        in.trigger = std::make_unique<Instruction>();
        Instruction& inner = *in.trigger;
        inner.index = in.index;
        parse(inner, in.argument, depth + 1);
        in.words = {inner.name};
        in.words.insert(in.words.end(), inner.words.begin(), inner.words.end());
        in.json = false;
        if (inner.error && inner.error->phase == Phase::parser) in.error = inner.error;
    }

    static Instruction* heredoc_owner(Instruction& in) {
        Instruction* owner = in.trigger ? in.trigger.get() : &in;
        bool can = owner->keyword == Keyword::run || owner->keyword == Keyword::copy || owner->keyword == Keyword::add;
        return can && !owner->json ? owner : nullptr;
    }

    void place_heredocs(Instruction& owner, const RawInstruction& raw) {
        for (std::size_t i = 0; i < owner.heredocs.size(); ++i) {
            Heredoc& heredoc = owner.heredocs[i];
            bool found = i < raw.heredocs.size();
            std::uint32_t end = file.source_.size();
            heredoc.body = found ? raw.heredocs[i].body : Span{end, end};
            heredoc.terminator = found ? raw.heredocs[i].terminator : Span{end, end};
            heredoc.closed = found && raw.heredocs[i].closed;
            owner.span.end = std::max({owner.span.end, heredoc.terminator.end, heredoc.body.end});
            if (heredoc.closed || (owner.error && owner.error->phase == Phase::parser)) continue;
            Problem open{heredoc.word.span, "the heredoc is not closed: no line holds just \"" + heredoc.name + "\"", Phase::parser};
            if (owner.is_trigger) file.instructions_.back().error = open;
            owner.error = std::move(open);
        }
    }

    void directive_problems() {
        std::vector<std::string> seen;
        for (const Directive& directive : file.directives_) {
            std::string name = to_lower(directive.name.value);
            if (std::find(seen.begin(), seen.end(), name) != seen.end())
                file.problems_.push_back({directive.span, "the parser directive " + name + " is given twice: keep one", Phase::parser});
            else if (name == "escape" && directive.value != "\\" && directive.value != "`")
                file.problems_.push_back(
                    {directive.value.span, "the escape character is \\ or `, not \"" + std::string(directive.value.value) + "\"", Phase::parser});
            seen.push_back(std::move(name));
        }
    }

    void file_problems() {
        const auto& all = file.instructions_;
        if (all.empty()) {
            file.problems_.push_back({{0, 0}, "the file has no instructions: start with FROM", Phase::parser});
            return;
        }
        auto first = std::find_if(all.begin(), all.end(), [](const Instruction& in) { return in.keyword != Keyword::arg && in.keyword != Keyword::unknown; });
        if (first != all.end() && first->keyword == Keyword::from) return;
        if (first != all.end())
            file.problems_.push_back(
                {first->name.span, std::string(name_of(first->keyword)) + " stands before the first FROM: only ARG may", Phase::instruction});
        else if (std::none_of(all.begin(), all.end(), [](const Instruction& in) { return in.keyword == Keyword::unknown; }))
            file.problems_.push_back({all.back().name.span, "the file has no FROM: there is nothing to build", Phase::build});
    }
};

Dockerfile::Dockerfile(const Source& source, const BuildOptions& options) : source_(source) {
    SyntaxBuilder{*this}.run();
    MeaningBuilder::run(*this, options);
}

const Directive* Dockerfile::directive(std::string_view lower_case_name) const {
    for (const Directive& directive : directives_)
        if (equal_ignoring_case(directive.name.value, lower_case_name)) return &directive;
    return nullptr;
}

std::vector<const Instruction*> Dockerfile::all(Keyword keyword, bool with_triggers) const {
    std::vector<const Instruction*> out;
    for (const Instruction& in : instructions_) {
        if (in.keyword == keyword) out.push_back(&in);
        if (with_triggers && in.trigger && in.trigger->keyword == keyword) out.push_back(in.trigger.get());
    }
    return out;
}

const Flag* Instruction::flag(std::string_view flag_name) const {
    for (const Flag& flag : flags)
        if (flag.name == flag_name) return &flag;
    return nullptr;
}

std::vector<Mount> Instruction::mounts() const {
    std::vector<Mount> out;
    for (const Flag& flag : flags) {
        if (keyword != Keyword::run || !(flag.name == "mount")) continue;
        Mount& mount = out.emplace_back(Mount{&flag, {}});
        for (const Text& field : csv_fields(flag.value).value_or(std::vector<Text>{})) {
            std::size_t equals = field.value.find('=');
            bool bare = equals == std::string_view::npos;
            mount.fields.push_back({field.sub(0, equals), field.sub(bare ? field.value.size() : equals + 1)});
        }
    }
    return out;
}

std::optional<Text> Instruction::from() const {
    if (keyword != Keyword::copy && keyword != Keyword::add) return std::nullopt;
    const Flag* found = flag("from");
    if (!found || !found->has_value) return std::nullopt;
    return found->value;
}

std::span<const Text> Instruction::sources() const {
    if ((keyword != Keyword::copy && keyword != Keyword::add) || words.empty()) return {};
    return {words.data(), words.size() - 1};
}

const Text* Instruction::destination() const { return (keyword == Keyword::copy || keyword == Keyword::add) && words.size() > 1 ? &words.back() : nullptr; }

const MountField* Mount::field(std::string_view key) const {
    for (const MountField& field : fields)
        if (equal_ignoring_case(field.key.value, key)) return &field;
    return nullptr;
}

namespace {

std::string_view value_of(const Mount& mount, std::initializer_list<std::string_view> keys) {
    for (std::string_view key : keys)
        if (const MountField* field = mount.field(key)) return field->value.value;
    return {};
}

}

std::string_view Mount::type() const {
    std::string_view type = value_of(*this, {"type"});
    return type.empty() ? "bind" : type;
}
std::string_view Mount::target() const { return value_of(*this, {"target", "dst", "destination"}); }
std::string_view Mount::source() const { return value_of(*this, {"source", "src"}); }
std::string_view Mount::from() const { return value_of(*this, {"from"}); }

}
