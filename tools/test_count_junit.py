"""Unit tests of count_junit.py on what each of our runners writes."""

import xml.etree.ElementTree as ElementTree

from count_junit import count


def counted(text):
    return count(ElementTree.fromstring(text))


def test_ctest():
    text = """<testsuite name="x" tests="4" failures="1" disabled="1" skipped="1">
      <testcase name="a" status="run"/>
      <testcase name="b" status="fail"><failure message=""/></testcase>
      <testcase name="c" status="notrun"><skipped message="gone"/></testcase>
      <testcase name="d" status="disabled"/></testsuite>"""
    assert counted(text) == (1, 1, 2)


def test_pytest():
    text = """<testsuites><testsuite><testcase name="a"/><testcase name="b"><error/></testcase>
      <testcase name="c"><skipped/></testcase></testsuite></testsuites>"""
    assert counted(text) == (1, 1, 1)


def test_node_nests_suites():
    text = """<testsuites><testcase name="a"/><testsuite name="s"><testcase name="b"/>
      <testsuite name="t"><testcase name="c"><failure/></testcase></testsuite></testsuite></testsuites>"""
    assert counted(text) == (2, 1, 0)


def test_no_test_at_all():
    assert counted("<testsuites/>") == (0, 0, 0)
