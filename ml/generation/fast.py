"""Fast mode of Stable Diffusion 1.5: a few steps by LCM-LoRA, and TAESD instead of the decoder."""

from __future__ import annotations

from typing import Any

from ml import runtimes
from ml.contracts import GENERATION_PART
from ml.generation.diffusion_pins import LCM_LORA, LCM_LORA_FILE, TAESD, hub
from ml.generation.low_rank import Worn, published
from ml.generation.parts import Part
from ml.registry import Commercial, Device, ModelCard, register
from ml.weights import Weights

NAME = "fast-mode"
MOST = 8  # steps; it was taught to need no more
GUIDED = 1.0  # what it was taught has the guidance in it


@register(
    ModelCard(
        name=NAME,
        title="Fast mode: LCM-LoRA and TAESD",
        task=GENERATION_PART,
        weights=(hub(LCM_LORA), hub(TAESD)),
        code_licence="Apache-2.0",
        weights_licence="CreativeML OpenRAIL++-M AND MIT",
        commercial_use=Commercial.YES,
        memory_mb=300,
        paper=(
            "Luo et al., LCM-LoRA: A Universal Stable-Diffusion Acceleration Module, 2023; "
            "Bohan, Tiny AutoEncoder for Stable Diffusion, 2023"
        ),
        known_limits=(
            "Not measured: never run with real weights where it was written. Fewer steps follow "
            "words less closely, and the small decoder blurs fine detail."
        ),
        devices=(Device.CPU, Device.CUDA),
    )
)
class FastMode(Part):
    """The decoder, the solver, and changes of the network that makes the pictures."""

    def __init__(self, weights: Weights, device: Device) -> None:
        super().__init__(weights, device)
        from diffusers import AutoencoderTiny
        from safetensors.torch import load_file

        tiny: Any = AutoencoderTiny  # whose parts have no types
        with self.laid_out() as folder:
            self._changes = load_file(folder / LCM_LORA / LCM_LORA_FILE)
            self.decoder = tiny.from_pretrained(
                folder / TAESD,
                local_files_only=True,
                use_safetensors=True,
                low_cpu_mem_usage=False,
                dtype=runtimes.precision(device),
            )

    def attached(self, pipe: Any) -> tuple[Worn, Any]:
        """The changes beside the pipeline's network, not worn yet, and the solver for them."""
        from diffusers import LCMScheduler

        solver: Any = LCMScheduler
        worn = Worn(pipe.unet, published(pipe.unet, self._changes), "fast")
        return worn, solver.from_config(pipe.scheduler.config)
