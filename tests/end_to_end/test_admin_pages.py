"""The administrator's pages in a real browser: within the CSP, and without serious faults."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.end_to_end.browsing import Visitor
from tests.stack import until
from webapp.models import AuditLine, Job

pytestmark = pytest.mark.browser
LAPTOP = {"width": 1280, "height": 800}
LISTS = ("user", "gallery", "photo", "face", "job", "auditline", "setting", "licenceacceptance")


def test_an_administrator_looks_around(visitor: Visitor, astronaut: Path) -> None:
    page = visitor.sign_in()
    visitor.choose(astronaut)
    until(lambda: Job.objects.filter(status=Job.Status.DONE).exists(), 60, "the analysis")
    page.set_viewport_size(LAPTOP)
    visitor.go("/admin/")
    expect(page.get_by_role("link", name="API keys").first).to_be_visible()
    expect(page.get_by_text("Axes", exact=True)).to_have_count(0)
    assert visitor.faults() == []
    for name in LISTS:
        visitor.go(f"/admin/webapp/{name}/")
        assert visitor.faults() == [], name
        cut = page.locator(".results").evaluate_all(
            "all => all.filter(e => e.scrollWidth > e.clientWidth).length"
        )
        assert cut == 0, f"columns of {name} are cut off"
    visitor.go("/admin/webapp/photo/")
    picture = page.locator("img.thumbnail")
    until(lambda: picture.evaluate("image => image.naturalWidth > 0"), 10, "the thumbnail")
    visitor.go("/admin/webapp/face/")
    page.locator("#result_list th a").first.click()
    expect(page.locator("svg.crop image")).to_be_visible()
    assert visitor.faults() == []
    assert AuditLine.objects.filter(verb="admin-view", subject__startswith="photo:").exists()


def test_an_administrator_looks_at_models(visitor: Visitor) -> None:
    page = visitor.sign_in()
    visitor.go("/admin/")
    page.get_by_role("link", name="Models and licences").first.click()
    page.get_by_role("button", name="Verify CenterFace").click()
    expect(page.get_by_text("CenterFace: every file is as it should be.")).to_be_visible()
    assert visitor.faults() == []
    visitor.shoot("admin-models")


def test_an_administrator_compares_evaluations(visitor: Visitor) -> None:
    """Those that come with the code are there from the start."""
    page = visitor.sign_in()
    visitor.go("/admin/")
    page.get_by_role("link", name="Evaluations").first.click()
    assert visitor.faults() == []
    page.get_by_role("link", name="Apparent gender").first.click()
    expect(page.get_by_role("heading", name="By race")).to_be_visible()
    assert visitor.faults() == []
    page.go_back()
    page.get_by_role("radio", name="First").nth(1).check()
    page.get_by_role("button", name="Compare").click()
    expect(page.get_by_role("heading", name="Two results side by side")).to_be_visible()
    assert visitor.faults() == []
    visitor.shoot("admin-evaluations")
