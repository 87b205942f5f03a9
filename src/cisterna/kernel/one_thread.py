"""One thread for linear algebra, so that the last digit does not depend on the number of cores.

A matrix product split over threads adds in another order than one that is not, and the matrices here
are too small to gain from threads; on a busy machine waiting threads cost far more than they give.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from threadpoolctl import threadpool_limits

__all__ = ["one_thread"]

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


def one_thread(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """Decorator: while ``function`` runs, linear algebra uses one thread.

    It holds for the libraries that are loaded when the function is called.
    """

    @wraps(function)
    def limited(*arguments: Parameters.args, **named: Parameters.kwargs) -> Result:
        with threadpool_limits(limits=1, user_api="blas"):
            return function(*arguments, **named)

    return limited
