#include "analyzer/docker/building.h"

#include <algorithm>
#include <utility>

#include "analyzer/docker/meaning.h"
#include "analyzer/docker/words.h"

namespace plimsoll::docker {

namespace {

// Fills the stages of a file and what each instruction changes, in one walk in file order: all that an instruction can
// see stands above it.
class Walk {
public:
    Walk(const Dockerfile& file, std::deque<Stage>& stages, Scopes& scopes, std::vector<StageFacts>& facts,
         std::map<std::string, std::vector<std::size_t>, std::less<>>& names)
        : file_(file), stages_(stages), scopes_(scopes), facts_(facts), names_(names) {}

    const Stage* stage() const { return stages_.empty() ? nullptr : &stages_.back(); }

    void from(Instruction& in) {
        Stage& made = stages_.emplace_back();
        made.index = stages_.size() - 1;
        made.from = &in;
        made.file = &file_;
        in.stage = &made;
        if (!in.words.empty()) made.base = in.words.front();
        if (in.words.size() > 2 && equal_ignoring_case(in.words[1].value, "as")) made.name = in.words[2];
        made.key = to_lower(made.name.value);
        made.base_value = scopes_.expand(made.base, in);
        if (made.base_value) resolve(made);
        facts_.push_back(first_facts(made));
        scopes_.open(made);
        if (!made.key.empty()) names_[made.key].push_back(made.index);
    }

    void apply(const Instruction& in) {
        stages_.back().instructions.push_back(&in);
        StageFacts& facts = facts_.back();
        facts.last[static_cast<std::size_t>(in.keyword)] = &in;
        switch (in.keyword) {
            case Keyword::arg:
            case Keyword::env: scopes_.define(in); break;
            case Keyword::user: facts.users.push_back(&in); break;
            case Keyword::workdir: workdir(in, facts); break;
            case Keyword::shell:
                if (auto shell = shell_of(in)) facts.shells.emplace_back(in.index, std::move(*shell));
                break;
            case Keyword::onbuild:
                if (in.trigger && (in.trigger->keyword == Keyword::arg || in.trigger->keyword == Keyword::env)) scopes_.define(*in.trigger);
                break;
            default: break;
        }
    }

private:
    // The stage, "scratch" or image that the value of FROM names.
    void resolve(Stage& made) {
        auto found = names_.find(to_lower(*made.base_value));
        if (found != names_.end())
            made.parent = &stages_[found->second.back()];
        else if (*made.base_value == "scratch")
            made.scratch = true;
        else
            made.image = parse_reference(*made.base_value);
    }

    StageFacts first_facts(const Stage& made) const {
        StageFacts facts;
        if (made.parent) {
            const StageFacts& above = facts_[made.parent->index];
            facts.root = above.root;
            facts.windows = above.windows;
            facts.last = above.last;
            facts.shells.push_back(above.shells.back());
            facts.workdirs.push_back(above.workdirs.back());
        } else {
            facts.root = &made;
            facts.windows = is_windows_base(made, file_);
            ShellInfo shell;
            if (facts.windows) shell.name = "cmd", shell.dialect = shell::Dialect::cmd;
            facts.shells.emplace_back(0, std::move(shell));
            facts.workdirs.emplace_back(0, made.scratch ? std::optional<std::string>("/") : std::nullopt);
        }
        facts.shells.front().first = facts.workdirs.front().first = 0;
        facts.last[static_cast<std::size_t>(Keyword::from)] = made.from;
        return facts;
    }

    void workdir(const Instruction& in, StageFacts& facts) {
        std::optional<std::string> value = scopes_.expand(in.argument, in), after;
        if (value && !value->empty()) after = workdir_after(facts.workdirs.back().second, *value, facts.windows);
        facts.workdirs.emplace_back(in.index, std::move(after));
    }

    const Dockerfile& file_;
    std::deque<Stage>& stages_;
    Scopes& scopes_;
    std::vector<StageFacts>& facts_;
    std::map<std::string, std::vector<std::size_t>, std::less<>>& names_;
};

int strength(Use use) { return use == Use::from ? 3 : use == Use::copy ? 2 : use == Use::mount ? 1 : 0; }

struct Need {
    std::size_t stage;
    Use use;
};

// Adds the stages whose files an instruction takes.
template <typename Named>
void needs_of(const Instruction& in, std::vector<Need>& needs, Named named) {
    auto add = [&](std::string_view value, Use use) {
        if (auto stage = named(value)) needs.push_back({*stage, use});
    };
    if (in.keyword == Keyword::copy || in.keyword == Keyword::add) {
        if (auto from = in.from()) add(from->value, Use::copy);
    } else if (in.keyword == Keyword::run && in.flag("mount")) {
        for (const Mount& mount : in.mounts())
            if (!mount.from().empty()) add(mount.from(), Use::mount);
    }
}

// Marks a stage and all that it needs.
void reach(std::vector<StageFacts>& facts, const std::vector<std::vector<std::size_t>>& needed, std::size_t target) {
    std::vector<std::size_t> open{target};
    while (!open.empty()) {
        const std::size_t stage = open.back();
        open.pop_back();
        if (std::exchange(facts[stage].reaches_target, true)) continue;
        open.insert(open.end(), needed[stage].begin(), needed[stage].end());
    }
}

const Stage* target_of(const std::deque<Stage>& stages, const std::optional<std::size_t>& named) {
    if (named) return &stages[*named];
    return stages.empty() ? nullptr : &stages.back();
}

}

void MeaningBuilder::run(Dockerfile& file, const BuildOptions& options) {
    file.meaning_ = std::make_unique<Dockerfile::Meaning>(file, options);
    Dockerfile::Meaning& meaning = *file.meaning_;
    Walk walk(file, file.stages_, meaning.scopes, meaning.facts, meaning.names);
    for (Instruction& in : file.instructions_) {
        if (in.keyword == Keyword::from) {
            walk.from(in);
            continue;
        }
        in.stage = walk.stage();
        if (in.trigger) {
            in.trigger->stage = in.stage;
            in.trigger->index = in.index;
        }
        if (in.stage) {
            walk.apply(in);
            continue;
        }
        file.preamble_.push_back(&in);
        if (in.keyword == Keyword::arg) meaning.scopes.define(in);
    }
    uses(file, options.target);
    if (options.shell_pragmas) shell_pragmas(file);
    codes(file);
}

void MeaningBuilder::uses(Dockerfile& file, const std::string& target) {
    Dockerfile::Meaning& meaning = *file.meaning_;
    std::vector<std::vector<std::size_t>> needed(file.stages_.size());
    for (const Stage& stage : file.stages_) {
        std::vector<Need> needs;
        if (stage.parent) needs.push_back({stage.parent->index, Use::from});
        // The builder looks --from and from= up among all stages, those further down included.
        auto named = [&](std::string_view value) { return meaning.named_before(value, file.stages_.size()); };
        for (const Instruction* in : stage.instructions) needs_of(in->trigger ? *in->trigger : *in, needs, named);
        for (const Need& need : needs) {
            if (need.stage == stage.index) continue;
            Use& use = meaning.facts[need.stage].use;
            if (strength(need.use) > strength(use)) use = need.use;
            needed[stage.index].push_back(need.stage);
        }
    }
    std::optional<std::size_t> wanted;
    if (!target.empty()) wanted = meaning.named_before(target, file.stages_.size());
    file.target_ = target_of(file.stages_, wanted);
    if (!file.target_) return;
    for (const Stage* at = file.target_; at; at = at->parent) meaning.facts[at->index].in_result = true;
    reach(meaning.facts, needed, file.target_->index);
}

void MeaningBuilder::shell_pragmas(Dockerfile& file) {
    for (const Span& comment : file.comments_)
        if (auto shell = pragma_shell(file.source_.slice(comment))) file.meaning_->pragmas.emplace_back(comment.begin, std::move(*shell));
}

void MeaningBuilder::codes(Dockerfile& file) {
    Dockerfile::Meaning& meaning = *file.meaning_;
    CodeReader reader(file, file.codes_);
    for (const Instruction& outer : file.instructions_) {
        const Instruction& in = outer.trigger ? *outer.trigger : outer;
        Range codes{file.codes_.size(), 0}, commands{file.commands_.size(), 0};
        reader.read(in);
        codes.end = file.codes_.size();
        if (in.keyword == Keyword::run)
            for (std::size_t i = codes.begin; i < codes.end; ++i)
                for (const shell::Command& command : file.codes_[i].script->commands()) file.commands_.push_back({&file.codes_[i], &command});
        commands.end = file.commands_.size();
        auto first = file.commands_.begin() + static_cast<std::ptrdiff_t>(commands.begin);
        if (codes.end - codes.begin > 1)
            std::stable_sort(first, file.commands_.end(), [](const Command& a, const Command& b) { return a->span.begin < b->span.begin; });
        Range packages{meaning.packages.size(), 0};
        for (auto at = first; at != file.commands_.end(); ++at)
            if (auto call = shell::package_call(*at->command)) meaning.packages.push_back({*at, std::move(*call)});
        packages.end = meaning.packages.size();
        meaning.codes.push_back(codes);
        meaning.commands.push_back(commands);
        meaning.package_ranges.push_back(packages);
    }
}

}
