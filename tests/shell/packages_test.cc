#include "analyzer/shell/packages.h"

#include "tests/catch.h"

#include <string>
#include <utility>

using namespace plimsoll;
using namespace plimsoll::shell;

namespace {

// "action: -key -key=value operand operand" of the first package call in the code.
std::string read(const std::string& code) {
    Source source("Dockerfile", code);
    Script script({&source, {{0, source.size()}}, Dialect::bash});
    for (const Command& command : script.commands())
        if (auto call = package_call(command)) {
            std::string out = std::string(call->action) + ":";
            for (const PackageOption& option : call->options) {
                out += " -" + std::string(option.key);
                if (option.value) out += "=" + std::string(option.value->value);
            }
            for (const Word* operand : call->operands) out += " " + operand->value;
            return out;
        }
    return "none";
}

}

TEST_CASE("package manager calls") {
    const std::pair<std::string, std::string> rows[] = {
        {"apt-get -y install a b", "install: -yes a b"},
        {"apt-get install -y --no-install-recommends a=1 -t bookworm-backports b",
         "install: -yes -no-install-recommends -target-release=bookworm-backports a=1 b"},
        {"apt-get -qqy -o Dpkg::Options::=\"--force-confold\" upgrade", "upgrade: -quiet -quiet -yes -option=Dpkg::Options::=--force-confold"},
        {"apt-get -oAcquire::Retries=3 update", "update: -option=Acquire::Retries=3"},
        {"apt-get -q=2 update", "update: -quiet=2"},
        {"/usr/bin/apt full-upgrade --yes", "dist-upgrade: -yes"},
        {"apk add --no-cache --virtual .build-deps gcc", "install: -no-cache -virtual=.build-deps gcc"},
        {"apk --update -t .x add 'a<2'", "install: -update-cache -virtual=.x a<2"},
        {"apk del .build-deps", "remove: .build-deps"},
        {"pip install -r req.txt --index-url URL x==1", "install: -requirement=req.txt -index-url=URL x==1"},
        {"python3 -m pip install -U pip", "install: -upgrade pip"},
        {"python3.11 -um pip install a", "install: a"},
        {"pip3.11 --no-cache-dir install -e .", "install: -no-cache-dir -editable=."},
        {"uv pip install --system a", "install: -system a"},
        {"python3 setup.py install", "none"},
        {"npm install -g --loglevel=error x@1", "install: -global -loglevel=error x@1"},
        {"npm i --registry R x", "install: -registry=R x"},
        {"npm clean-install", "ci:"},
        {"npm run build -- --prod", "run: build -- --prod"},
        {"npx -y create x --flag", "exec: -yes create x --flag"},
        {"yarn", "install:"},
        {"yarn global add x", "install: -global x"},
        {"pnpm add -g x", "install: -global x"},
        {"go install -ldflags \"-s -w\" x@v1", "install: -ldflags=-s -w x@v1"},
        {"go get -u -v x", "get: -u -v x"},
        {"gem install a:1 -- --use-system-libraries", "install: a:1 --use-system-libraries"},
        {"gem install --no-document -v 1.2 a", "install: -no-document -version=1.2 a"},
        {"yum -y install a", "install: -yes a"},
        {"yum install -y --setopt=x=y a", "install: -yes -setopt=x=y a"},
        {"dnf module install -y nodejs:18", "module: -yes install nodejs:18"},
        {"dnf5 --enablerepo crb in a", "install: -enablerepo=crb a"},
        {"microdnf clean all", "clean: all"},
        {"zypper -n in --no-recommends a", "install: -non-interactive -no-recommends a"},
        {"conda install -c conda-forge -y x", "install: -channel=conda-forge -yes x"},
        {"cargo +nightly install --locked x --version 1", "install: -locked -version=1 x"},
        {"composer require --no-dev a/b:1", "require: -no-dev a/b:1"},
        {"pacman -Syu --noconfirm", "upgrade: -sync -refresh -sysupgrade -noconfirm"},
        {"pacman -S --noconfirm git", "install: -sync -noconfirm git"},
        {"poetry install --only main", "install: -only=main"},
        {"bundle install -j 4", "install: -jobs=4"},
        {"sudo apt-get install a", "install: a"},
        {"apt-get \"$OPTS\" -y$X install a", "$OPTS: -yes install a"},
        {"echo apt-get install", "none"},
    };
    for (const auto& [code, expected] : rows) CHECK(code + " -> " + read(code) == code + " -> " + expected);
}

TEST_CASE("places of options and their values") {
    Source source("Dockerfile", "pip install --index-url=\"https://h/s\" -qr req.txt 'x>=1'");
    Script script({&source, {{0, source.size()}}, Dialect::bash});
    auto call = package_call(script.commands().at(0));
    REQUIRE(call);
    CHECK(call->manager == Manager::pip);
    const PackageOption* index = call->option("index-url");
    REQUIRE(index);
    CHECK(source.slice(index->name.span) == "index-url");
    CHECK(source.slice(index->value->span) == "https://h/s");
    const PackageOption* requirement = call->option("r");
    REQUIRE(requirement);
    CHECK(source.slice(requirement->name.span) == "r");
    CHECK(source.slice(requirement->value->span) == "req.txt");
    CHECK(requirement->word->value == "-qr");
    CHECK(call->has("quiet"));
    CHECK(call->count("q") == 1);
    CHECK(source.slice(call->operands.at(0)->span()) == "'x>=1'");
    CHECK(source.slice(call->subcommand->span()) == "install");
}
