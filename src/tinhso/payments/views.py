"""The money of an agency: what it asked for, what fits nothing, what is to be given back, a day's list."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from tinhso.foundation.access import may, requires
from tinhso.foundation.dates import parse_day, today
from tinhso.foundation.forms import attempt
from tinhso.foundation.templatetags.tinhso import money
from tinhso.identity.queries import agencies_by_uid
from tinhso.payments import commands
from tinhso.payments.access import check
from tinhso.payments.codes import STATES
from tinhso.payments.forms import MatchForm, RefundForm, ReturnForm
from tinhso.payments.models import BankTransaction, PaymentRequest, Refund
from tinhso.payments.queries import code_of, request_to_match, svg_of
from tinhso.payments.reconciling import Day, as_csv, as_xlsx, reconcile
from tinhso.proof.audit import Actor

PER_PAGE = 50
TONES = {"open": "warning", "paid": "success", "cancelled": "neutral", "refunded": "info"}
FILES = {
    "csv": (as_csv, "text/csv; charset=utf-8"),
    "xlsx": (as_xlsx, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}


def actor_of(request: HttpRequest) -> Actor:
    """Who acts, as commands know them."""
    user: Any = request.user
    return user.actor()


def crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page; the list of requests comes first."""
    return [(_("Thanh toán"), reverse("payments:requests")), *more]


def _page(request: HttpRequest, rows: Any) -> Any:
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("trang"))


@requires("payments.read")
def requests(request: HttpRequest) -> HttpResponse:
    """What agencies asked for, latest first; by state, or one by its reference."""
    state, reference = request.GET.get("tinh-trang", ""), request.GET.get("ma", "").strip().upper()[:20]
    rows = PaymentRequest.objects.visible_to(request.user).order_by("-asked_at", "-pk")
    if state in STATES:
        rows = rows.filter(state=state)
    if reference:
        rows = rows.filter(reference=reference)
    page = _page(request, rows)
    names = agencies_by_uid(row.payee_uid for row in page)
    context = {
        "page": page,
        "rows": [(row, names.get(row.payee_uid), TONES[row.state]) for row in page],
        "states": STATES.items(),
        "state": state,
        "reference": reference,
        "crumbs": crumbs(),
    }
    return render(request, "payments/requests.html", context)


@requires("payments.read")
def request_page(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One request: its state, its code while it is open, and everything that happened to it."""
    rows = PaymentRequest.objects.visible_to(request.user).select_related("account")
    row = get_object_or_404(rows, uid=uid)
    code = code_of(row)
    context = {
        "row": row,
        "tone": TONES[row.state],
        "agency": agencies_by_uid([row.payee_uid]).get(row.payee_uid),
        "code": code,
        "picture": svg_of(code, _("Mã VietQR")),
        "entries": row.entries.all(),
        "outcomes": row.outcomes.select_related("transaction").order_by("at", "pk"),
        "crumbs": crumbs((row.reference, "")),
    }
    return render(request, "payments/request.html", context)


@requires("payments.read")
def unmatched(request: HttpRequest) -> HttpResponse:
    """Money that fits nothing, oldest first."""
    rows = BankTransaction.objects.visible_to(request.user).unmatched().order_by("at", "pk")
    page = _page(request, rows.prefetch_related("outcomes__request"))
    names = agencies_by_uid(row.payee_uid for row in page)
    context = {
        "page": page,
        "rows": [(row, names.get(row.payee_uid), row.outcomes.all()[0]) for row in page],
        "crumbs": crumbs((_("Tiền chưa khớp"), "")),
    }
    return render(request, "payments/unmatched.html", context)


@requires("payments.read")
def transaction(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One bank transaction: what became of it; those who may match it by hand or send it back."""
    rows = BankTransaction.objects.visible_to(request.user).select_related("text")
    row = get_object_or_404(rows, uid=uid)
    may_match = may(request.user, "payments.match")
    waiting = BankTransaction.objects.visible_to(request.user).unmatched()
    context: dict[str, Any] = {
        "row": row,
        "agency": agencies_by_uid([row.payee_uid]).get(row.payee_uid),
        "outcomes": row.outcomes.select_related("request"),
        "may_match": may_match,
        "crumbs": crumbs((_("Tiền chưa khớp"), reverse("payments:unmatched")), (row.bank_id, "")),
    }
    bad = False
    if request.method == "POST" or (may_match and waiting.filter(pk=row.pk).exists()):
        check(request.user, "payments.match", row.payee_uid)
        do = request.POST.get("do")
        others = [
            (str(one.uid), f"{one.bank_id} · {money(one.amount)} · {timezone.localtime(one.at):%d/%m/%Y}")
            for one in waiting.filter(payee_uid=row.payee_uid).exclude(pk=row.pk).order_by("-at")[:PER_PAGE]
        ]
        match = MatchForm(request.POST if do == "match" else None, others=others, auto_id="match-%s")
        give_back = ReturnForm(request.POST if do == "return" else None, auto_id="return-%s")
        if request.method == "POST":
            if (do == "return" and _return(request, give_back, row)) or (
                do != "return" and _match(request, match, row)
            ):
                return redirect("payments:transaction", uid=uid)
            bad = True
        context |= {"match": match, "give_back": give_back}
    return render(request, "payments/transaction.html", context, status=422 if bad else 200)


def _match(request: HttpRequest, form: MatchForm, row: BankTransaction) -> bool:
    if not form.is_valid():
        return False
    given = form.cleaned_data

    def act() -> PaymentRequest:
        chosen = [row.uid, *(UUID(one) for one in given.get("others", ()))]
        wanted = request_to_match(request.user, given["reference"])
        return commands.match(actor=actor_of(request), transactions=chosen, request=wanted, reason=given["reason"])

    done = attempt(form, act, {"transactions": "others"})
    if done:
        messages.success(request, _("Đã khớp với %(reference)s.") % {"reference": done.reference})
    return done is not None


def _return(request: HttpRequest, form: ReturnForm, row: BankTransaction) -> bool:
    if not form.is_valid():
        return False
    reason = form.cleaned_data["reason"]
    done = attempt(form, lambda: commands.return_money(actor=actor_of(request), transaction=row, reason=reason))
    if done:
        messages.success(request, _("Đã ghi vào danh sách hoàn trả."))
    return done is not None


@requires("payments.read")
def refunds(request: HttpRequest) -> HttpResponse:
    """What is to be given back, oldest first; with `xong` what was."""
    done = request.GET.get("xong") == "1"
    rows = Refund.objects.visible_to(request.user).select_related("request", "transaction", "done")
    rows = rows.exclude(done=None).order_by("-done__at") if done else rows.waiting().order_by("asked_at", "pk")
    page = _page(request, rows)
    names = agencies_by_uid(row.payee_uid for row in page)
    context = {
        "page": page,
        "rows": [(row, names.get(row.payee_uid)) for row in page],
        "done": done,
        "crumbs": crumbs((_("Hoàn trả"), "")),
    }
    return render(request, "payments/refunds.html", context)


@requires("payments.refund")
def refund(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One refund, and saying that it was paid out."""
    rows = Refund.objects.visible_to(request.user).select_related("request", "transaction", "done")
    row = get_object_or_404(rows, uid=uid)
    waiting = not hasattr(row, "done")
    form = RefundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        check(request.user, "payments.refund", row.payee_uid)
        done = attempt(form, lambda: commands.complete_refund(actor=actor_of(request), refund=row, **form.cleaned_data))
        if done:
            messages.success(request, _("Đã ghi hoàn trả."))
            return redirect("payments:refunds")
    context = {
        "row": row,
        "agency": agencies_by_uid([row.payee_uid]).get(row.payee_uid),
        "form": form if waiting or form.is_bound else None,
        "crumbs": crumbs((_("Hoàn trả"), reverse("payments:refunds")), (_("Một khoản hoàn trả"), "")),
    }
    return render(request, "payments/refund.html", context, status=422 if form.errors else 200)


def _day(request: HttpRequest) -> Day:
    day = parse_day(request.GET.get("ngay")) or today()
    return reconcile(request.user, min(max(day, date(2020, 1, 1)), today()), request.GET.get("co-quan", "")[:80])


@requires("payments.read")
def reconciliation(request: HttpRequest) -> HttpResponse:
    """A day's bank credits, cash and refunds with their sums."""
    day = _day(request)
    names = agencies_by_uid(line.payee_uid for line in day.lines)
    context = {
        "day": day.day,
        "today": today(),
        "sums": day.sums,
        "rows": [(line, names.get(line.payee_uid)) for line in day.lines],
        "files": [(form, reverse("payments:reconciliation_file", args=[form])) for form in FILES],
        "crumbs": crumbs((_("Đối soát"), "")),
    }
    return render(request, "payments/reconciliation.html", context)


@requires("payments.read")
@require_safe
def reconciliation_file(request: HttpRequest, form: str) -> HttpResponse:
    """The same as CSV or XLSX."""
    if form not in FILES:
        raise Http404(form)
    write, kind = FILES[form]
    day = _day(request)
    name = f'attachment; filename="doi-soat-{day.day:%Y-%m-%d}.{form}"'
    return HttpResponse(write(day), content_type=kind, headers={"Content-Disposition": name})
