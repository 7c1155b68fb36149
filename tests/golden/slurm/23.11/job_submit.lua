function slurm_job_submit(job, parts, uid)
  return slurm.SUCCESS
end
function slurm_job_modify(job, rec, parts, uid)
  return slurm.SUCCESS
end
