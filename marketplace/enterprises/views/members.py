"""Who is in the group: taking in, correcting, access, leaving."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from marketplace.core import clock
from marketplace.core.errors import NotFound
from marketplace.core.finding import find_one
from marketplace.core.rights import current_person, role
from marketplace.enterprises import queries
from marketplace.enterprises.choosing import current_enterprise
from marketplace.enterprises.errors import AlreadyMember, ManagerNeeded
from marketplace.enterprises.forms.group import AccessChangeForm, AccessForm, LeavingForm
from marketplace.enterprises.forms.people import MemberForm
from marketplace.enterprises.models import Access, Enterprise, Member
from marketplace.enterprises.operations import members

bp = Blueprint("members", __name__, url_prefix="/painel/grupo/pessoas")
RUNS = role("manager", "facilitator")
MANAGES = role("manager")


@bp.get("/nova", allow=RUNS)
def new() -> ResponseReturnValue:
    enterprise = _run_here()
    return _form_page(enterprise, MemberForm())


@bp.post("", allow=RUNS)
def create() -> ResponseReturnValue:
    enterprise, form = _run_here(), MemberForm()
    if not form.validate_on_submit():
        return _form_page(enterprise, form), 422
    by, now = current_person(), clock.now()
    added = members.add_member(enterprise.id, form.newcomer(), by=by, now=now)
    flash(_("%(name)s is in the group.", name=added.name), "success")
    return redirect(url_for("group.show"), 303)


@bp.get("/<int:member_id>", allow=RUNS)
def show(member_id: int) -> ResponseReturnValue:
    return _member_page(_member(member_id))


@bp.post("/<int:member_id>", allow=RUNS)
def update(member_id: int) -> ResponseReturnValue:
    member, form = _member(member_id), MemberForm()
    if not form.validate_on_submit():
        return _member_page(member, form=form), 422
    members.change_member(
        member_id,
        name=form.name.data,
        sex=form.sex.data,
        function=form.function.data or "",
        on_board=form.on_board.data,
        by=current_person(),
        now=clock.now(),
    )
    flash(_("Kept."), "success")
    return redirect(url_for("group.show"), 303)


@bp.post("/<int:member_id>/acesso", allow=MANAGES)
def create_access(member_id: int) -> ResponseReturnValue:
    member = _member(member_id)
    form = AccessForm() if member.user_id is None else AccessChangeForm()
    if not form.validate_on_submit():
        return _member_page(member, access_form=form), 422
    try:
        code = _give(member, form)
    except (AlreadyMember, ManagerNeeded) as error:
        form.access.errors = [str(error)]
        return _member_page(member, access_form=form), error.status
    if code is None:
        flash(_("Kept. It counts from the next login on."), "success")
        return redirect(url_for("group.show"), 303)
    back = url_for("group.show")
    facts = {"enterprise": member.enterprise, "user": member.user, "code": code, "back": back}
    return render_template("enterprises/registration/code.html", **facts)


@bp.post("/<int:member_id>/saida", allow=RUNS)
def create_leaving(member_id: int) -> ResponseReturnValue:
    member, form = _member(member_id), LeavingForm()
    if not form.validate_on_submit() or (day := form.left_on.data) is None:
        return _member_page(member, leaving_form=form), 422
    try:
        members.member_leaves(member_id, left_on=day, by=current_person(), now=clock.now())
    except ManagerNeeded as error:
        form.left_on.errors = [str(error)]
        return _member_page(member, leaving_form=form), error.status
    flash(_("%(name)s left the group.", name=member.name), "success")
    return redirect(url_for("group.show"), 303)


def _give(member: Member, form: AccessForm | AccessChangeForm) -> str | None:
    """Give or change access; return the code of an account made for it."""
    by, now, access = current_person(), clock.now(), form.access.data
    if isinstance(form, AccessForm):
        mobile = form.mobile.data or ""
        return members.give_access(member.id, access, mobile=mobile, by=by, now=now)[1]
    members.set_access(member.id, access, by=by, now=now)
    return None


def _run_here() -> Enterprise:
    return find_one(queries.run_by(current_person(), current_enterprise().id))


def _member(member_id: int) -> Member:
    """Return a member who is still there, of the group whose panel is open."""
    found = next((m for m in _run_here().live_members if m.id == member_id), None)
    if found is None:
        raise NotFound
    return found


def _form_page(enterprise: Enterprise, form: MemberForm) -> str:
    return render_template("enterprises/group/new_member.html", enterprise=enterprise, form=form)


def _member_page(member: Member, **forms: Any) -> str:
    today = clock.today(member.enterprise.division.time_zone)
    access = AccessForm if member.user_id is None else AccessChangeForm
    held = {"access": member.access if member.user_id else Access.MEMBER}
    facts: dict[str, Any] = {
        "member": member,
        "enterprise": member.enterprise,
        "manages": queries.is_manager(current_person(), member.enterprise_id),
        "form": MemberForm(formdata=None, obj=member),
        "access_form": access(formdata=None, data=held),
        "leaving_form": LeavingForm(formdata=None, data={"left_on": today}),
    }
    return render_template("enterprises/group/member.html", **facts | forms)
