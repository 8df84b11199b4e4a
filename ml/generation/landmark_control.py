"""Where the face comes and how it is turned: a ControlNet that sees the contours of a mesh."""

from __future__ import annotations

from typing import Any

from ml import runtimes
from ml.contracts import GENERATION_PART
from ml.generation.diffusion_pins import MEDIAPIPE_FACE, hub
from ml.generation.parts import Part
from ml.registry import Commercial, Device, ModelCard, register
from ml.weights import Weights

NAME = "landmark-control"


@register(
    ModelCard(
        name=NAME,
        title="Pose and expression by face contours",
        task=GENERATION_PART,
        weights=(hub(MEDIAPIPE_FACE),),
        code_licence="Apache-2.0",
        weights_licence="CreativeML OpenRAIL-M",
        commercial_use=Commercial.YES,
        memory_mb=1500,
        paper=(
            "Zhang, Rao, Agrawala, Adding Conditional Control to Text-to-Image Diffusion Models, "
            "ICCV 2023; its weights for contours of MediaPipe's face mesh by Crucible AI, 2023"
        ),
        known_limits=(
            "Not measured: never run with real weights where it was written. Contours say little "
            "of a head turned by more than 45 degrees, and nothing of hair, hands and body."
        ),
        devices=(Device.CPU, Device.CUDA),
    )
)
class LandmarkControl(Part):
    """network: sees pictures of ml.generation.landmark_picture.contours."""

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        from diffusers import ControlNetModel

        control: Any = ControlNetModel  # whose parts have no types
        with self.laid_out() as folder:
            self.network = control.from_pretrained(
                folder / MEDIAPIPE_FACE,
                subfolder="diffusion_sd15",
                variant="fp16",
                local_files_only=True,
                use_safetensors=True,
                low_cpu_mem_usage=False,
                dtype=runtimes.precision(device),
            )
