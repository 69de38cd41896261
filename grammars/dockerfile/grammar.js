/// <reference types="tree-sitter-cli/dsl" />

// Every token comes from src/scanner.c, which knows the escape character in force, where a logical line goes on and
// which heredocs are pending. The grammar only gives the tokens a shape; it has no ambiguity, and in every state the
// scanner has a token for every byte, so that no input makes an ERROR node.

// An instruction's keyword, its flags, then its arguments; each part may be missing. A blank is a token only where it
// divides what would be one word without it.
const body = ($, keyword, args) => seq(
  alias(keyword, $.keyword),
  optional(choice(args, seq($._flags, optional(seq($._blank, optional(args)))))),
);

module.exports = grammar({
  name: 'dockerfile',

  // The order is the scanner's enum.
  externals: $ => [
    $.line_continuation, $.empty_line, $.comment, $._indent,
    '#', $.directive_name, $._directive_equals, $.directive_value,
    $._begin, $._line_end, $._blank,
    $._from, $._shell, $._healthcheck, $._pairs, $._words, $._onbuild,
    $._health_type, $._as,
    $.flag_name, '=', $.pair_key,
    $._fragment, $._shell_fragment, $.heredoc_start, $.heredoc_body, $.heredoc_end, $._heredoc_open,
    $.variable, $._expansion_start, $.operator, $.default_text, '}', $._expansion_open,
    '"', '\'', $._double_content, $._single_content, $._double_close, $._single_close, $._string_open,
    '[', ']', ',', $._json_quote, $._json_content, $._json_quote_close, $._json_text, $._json_open,
    $._error_sentinel,
  ],

  extras: $ => [
    $.line_continuation, $.empty_line, $.comment, $._indent,
    /[\s\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]/,
  ],

  rules: {
    source_file: $ => seq(repeat($.directive), repeat($.instruction)),

    directive: $ => seq(
      '#', field('name', $.directive_name), $._directive_equals,
      optional(field('value', $.directive_value)), $._line_end,
    ),

    // The scanner begins with an empty token when the first line holds nothing but an escape character.
    instruction: $ => seq(
      choice($._any_body, seq($._begin, optional($._any_body))), $._line_end, repeat($.heredoc),
    ),
    _any_body: $ => choice($._body, $._onbuild_body),

    _flags: $ => choice($.flag, seq($._flags, $._blank, $.flag)),
    flag: $ => seq(field('name', $.flag_name), optional(seq('=', optional(field('value', alias($.quoted_word, $.word)))))),

    _body: $ => choice(
      body($, $._from, $._from_args),
      body($, $._shell, $._command),
      body($, $._healthcheck, $._health_args),
      body($, $._pairs, $._pair_list),
      body($, $._words, choice($._json_args, $._word_list)),
    ),
    _onbuild_body: $ => body($, $._onbuild, alias($.nested, $.instruction)),
    nested: $ => $._body,

    _from_args: $ => seq(
      field('image', alias($.word, $.image)), optional(seq($._blank, optional(choice($._stage, $._word_list)))),
    ),
    _stage: $ => seq(
      alias($._as, $.keyword),
      optional(seq(field('name', alias($.word, $.stage_name)), optional(seq($._blank, optional($._word_list))))),
    ),
    _health_args: $ => seq(alias($._health_type, $.keyword), optional($._command)),
    _command: $ => choice($._json_args, $.shell_command),
    shell_command: $ => repeat1(choice($._shell_fragment, $.heredoc_start)),

    _word_list: $ => seq($._some_words, optional($._blank)),
    _some_words: $ => choice($.word, seq($._some_words, $._blank, $.word)),
    word: $ => repeat1(choice($._fragment, $.variable, $.expansion, $.heredoc_start)),

    _pair_list: $ => seq($._some_pairs, optional($._blank)),
    _some_pairs: $ => choice($._pair, seq($._some_pairs, $._blank, $._pair)),
    _pair: $ => choice($.pair, alias($.quoted_word, $.word)),
    pair: $ => seq(field('key', $.pair_key), '=', optional(field('value', alias($.quoted_word, $.word)))),
    quoted_word: $ => repeat1(choice($._fragment, $.variable, $.expansion, $.string)),

    expansion: $ => seq(
      field('name', alias($._expansion_start, $.variable)), field('operator', $.operator),
      repeat(choice($.default_text, $.variable, $.expansion)), choice('}', $._expansion_open),
    ),

    string: $ => choice(
      seq('"', repeat(choice(alias($._double_content, $.string_content), $.variable, $.expansion)),
        choice(alias($._double_close, '"'), $._string_open)),
      seq('\'', repeat(alias($._single_content, $.string_content)), choice(alias($._single_close, '\''), $._string_open)),
    ),

    _json_args: $ => seq($.json_array, repeat($._json_text)),
    json_array: $ => seq(
      '[', repeat(choice(alias($.json_string, $.string), ',', $._json_text)), choice(']', $._json_open),
    ),
    json_string: $ => seq(
      alias($._json_quote, '"'), repeat(alias($._json_content, $.string_content)),
      choice(alias($._json_quote_close, '"'), $._string_open),
    ),

    heredoc: $ => seq($.heredoc_body, choice(seq($.heredoc_end, $._line_end), $._heredoc_open)),
  },
});
