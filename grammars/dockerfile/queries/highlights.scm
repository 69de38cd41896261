(comment) @comment

(directive
  "#" @comment
  name: (directive_name) @keyword.directive
  value: (directive_value) @string.special)

(keyword) @keyword

(flag_name) @attribute
(pair_key) @property
(image) @type
(stage_name) @label

(string) @string
(variable) @variable
(operator) @operator
(default_text) @string
(line_continuation) @punctuation.special

(heredoc_start) @label
(heredoc_end) @label

["[" "]"] @punctuation.bracket
"," @punctuation.delimiter
"=" @operator
