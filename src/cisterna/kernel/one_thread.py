"""One thread for linear algebra, so that the last digit does not depend on the number of cores.

A matrix product split over threads adds in another order than one that is not, and the matrices here
are too small to gain from threads; on a busy machine waiting threads cost far more than they give.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

from threadpoolctl import ThreadpoolController

__all__ = ["one_thread"]

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def one_thread(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Decorator: while ``function`` runs, linear algebra uses one thread.

    It holds for the libraries that are loaded when the function is called; these come with modules and
    are looked for anew, which takes a millisecond, only where one was imported since the last call.
    """

    @wraps(function)
    def limited(*arguments: Parameters.args, **named: Parameters.kwargs) -> Result:
        with _libraries(len(sys.modules)).limit(limits=1, user_api="blas"):
            return function(*arguments, **named)

    return limited


@lru_cache(maxsize=1)
def _libraries(modules: int) -> ThreadpoolController:  # noqa: ARG001  the key of the cache
    return ThreadpoolController()
