"""Diascribe as a worker of RunPod's serverless platform, which is the queue."""
