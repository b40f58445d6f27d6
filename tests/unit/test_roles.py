import pytest

from accounts.permissions import lowest_role_with
from accounts.roles import SYSTEM, Actor, Right, Role


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        (Role.VIEWER, [Right.SEE]),
        (Role.OPERATOR, [Right.SEE, Right.OPERATE]),
        (Role.EDITOR, [Right.SEE, Right.OPERATE, Right.EDIT]),
        (Role.ADMIN, [Right.SEE, Right.OPERATE, Right.EDIT, Right.ADMINISTER, Right.MEASURE]),
    ],
)
def test_each_role_has_the_rights_of_the_ones_before_it(role, rights):
    assert [right for right in Right if role.may(right)] == rights
    assert [right for right in Right if Actor("ann", role).may(right)] == rights


@pytest.mark.parametrize(
    ("right", "role"),
    [
        (Right.SEE, Role.VIEWER),
        (Right.OPERATE, Role.OPERATOR),
        (Right.EDIT, Role.EDITOR),
        (Right.ADMINISTER, Role.ADMIN),
        (Right.MEASURE, Role.ADMIN),
    ],
)
def test_the_lowest_role_with_a_right_is_named(right, role):
    assert lowest_role_with(right) is role


def test_the_platform_itself_may_do_everything():
    assert all(SYSTEM.may(right) for right in Right)
