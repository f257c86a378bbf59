"""Other people's passwords at rest."""

import pytest

from storage.kernel.errors import CopilotError, ErrorKind
from storage.secret_box import SecretBox

OLD, NEW = "old secret of thirty-two characters!", "new secret of thirty-two characters!"


def test_what_is_sealed_can_be_opened_and_not_read():
    box = SecretBox([OLD], "data sources")
    sealed = box.seal("squirrel")
    assert "squirrel" not in sealed
    assert sealed != box.seal("squirrel")
    assert box.open(sealed) == "squirrel"


def test_a_secret_is_replaced_without_losing_anything():
    sealed = SecretBox([OLD], "data sources").seal("squirrel")
    both = SecretBox([NEW, OLD], "data sources")
    assert both.open(sealed) == "squirrel"
    assert SecretBox([NEW], "data sources").open(both.reseal(sealed)) == "squirrel"


@pytest.mark.parametrize("box", [SecretBox([NEW], "data sources"), SecretBox([OLD], "something else")])
def test_another_secret_or_purpose_opens_nothing(box: SecretBox):
    sealed = SecretBox([OLD], "data sources").seal("squirrel")
    with pytest.raises(CopilotError) as refused:
        box.open(sealed)
    assert refused.value.kind is ErrorKind.CONFLICT
