from flask import render_template_string
from jinja2 import pass_context, pass_environment, pass_eval_context

LOOP = """
{% for n in (1, 2) %}{% set m = n * 10 %}{{ call(n, sign=m) }} {% endfor %}"""


def said(house, call, template=LOOP):
    with house.app_context():
        return render_template_string(template, call=call).split()


class TestCalls:
    def test_give_a_function_what_it_is_told_and_nothing_else(self, house):
        assert said(house, lambda n, **told: f"{n}{told}".replace(" ", "")) == [
            *("1{&#39;sign&#39;:10}", "2{&#39;sign&#39;:20}")
        ]

    def test_give_the_context_with_what_the_loop_has_set(self, house):
        call = pass_context(lambda context, n, sign: context["m"] + n + sign)
        assert said(house, call) == ["21", "42"]

    def test_give_the_text_or_the_environment(self, house):
        text = pass_eval_context(lambda of, n, sign: of.autoescape)
        environment = pass_environment(lambda of, n, sign: of is house.jinja_env)
        assert said(house, text) == said(house, environment) == ["True", "True"]

    def test_escape_what_macros_are_given(self, house):
        template = "{% macro bold(x) %}<b>{{ x }}</b>{% endmacro %}{{ bold('<') }}"
        assert said(house, None, template) == ["<b>&lt;</b>"]

    def test_let_a_class_be_called(self, house):
        class Sum:
            def __call__(self, n, sign):
                return n + sign

        assert said(house, Sum()) == ["11", "22"]

    def test_take_globals_that_came_after_the_template(self, house):
        with house.app_context():
            template = house.jinja_env.get_template("_macros/icons.html")
        house.jinja_env.globals["later"] = "seen"
        assert template.globals["later"] == "seen"
