"""Texts about books as simple HTML."""

import pytest

from shop.prose import clean_html


@pytest.mark.parametrize(
    "text",
    [
        'Roger\'s "best" & most <3 loved',
        "One\u00a0two\n\nthree\nfour",
        "&lt;b&gt;bold&lt;/b&gt; &amp;amp; &#39;quoted&#39;",
        "<p>Roger's <b>&quot;best&quot;</b>&nbsp;&#x27;one&#x27;</p>",
        "<div>a<script>alert(1)</script><svg/onload=alert(1)><a href='javascript:alert(1)'>b</a>",
        "<p>never <i>closed <p>and &amp again",
        "<ul><li>1<li>2</ul><p></p>",
        "&nbsp;",
    ],
)
def test_what_is_clean_stays_as_it_is_to_the_letter(text):
    clean = clean_html(text)
    assert clean_html(clean) == clean
    assert "script" not in clean and "onload" not in clean
