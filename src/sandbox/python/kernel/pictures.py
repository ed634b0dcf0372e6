"""Pictures of PIL and OpenCV: show() and imshow() put them under the cell."""

import base64
from typing import Any

from . import display
from .modules import after_import


WINDOWS = (
    "namedWindow",
    "destroyWindow",
    "destroyAllWindows",
    "moveWindow",
    "resizeWindow",
    "startWindowThread",
)


@after_import("PIL.ImageShow")
def fit_pil(module: Any) -> None:
    class NotebookViewer(module.Viewer):
        def show(self, image: Any, **options: Any) -> int:
            display.display(image)
            return 1

    module.register(NotebookViewer(), 0)


@after_import("cv2")
def fit_opencv(cv2: Any) -> None:
    def imshow(name: str, array: Any) -> None:
        """Show a picture under the cell; there are no windows."""
        worked, data = cv2.imencode(".png", array)
        if not worked:
            raise ValueError(f"cv2.imshow({name!r}): the array is no picture")
        png = base64.b64encode(data.tobytes()).decode("ascii")
        display.publish_display_data({"image/png": png, "text/plain": f"<cv2.imshow {name!r}>"})

    def wait_key(delay: int = 0) -> int:
        return -1

    def quiet(*args: Any, **kwargs: Any) -> None:
        return None

    cv2.imshow, cv2.waitKey, cv2.waitKeyEx, cv2.pollKey = imshow, wait_key, wait_key, lambda: -1
    for name in WINDOWS:
        setattr(cv2, name, quiet)
